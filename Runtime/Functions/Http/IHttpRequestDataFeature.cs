namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>How a call's request is found.</summary>
public interface IHttpRequestDataFeature
{
    /// <summary>The request, or null when the call is not HTTP's.</summary>
    ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context);
}
