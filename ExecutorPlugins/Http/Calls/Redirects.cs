using FuncExec.ExecutorPlugins.Http.Payload;

namespace FuncExec.ExecutorPlugins.Http.Calls;

/// <summary>Where an answer leads.</summary>
internal abstract record RedirectStep
{
    private RedirectStep()
    {
    }

    /// <summary>Nowhere: it is the last.</summary>
    public sealed record Stay : RedirectStep;

    /// <summary>To another request.</summary>
    public sealed record Follow(HttpHop Next) : RedirectStep;

    /// <summary>To where this executor does not go.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Refuse(string Reason) : RedirectStep;
}

/// <summary>Follows redirects as browsers do by the Fetch standard, with less trust in the other side.</summary>
internal static class Redirects
{
    private const int LongestUrl = 8 * 1024;

    /// <summary>Decides where the answer to a request leads.</summary>
    public static RedirectStep Decide(HttpHop hop, HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        if (status is not (301 or 302 or 303 or 307 or 308) || !response.Headers.NonValidated.Contains("Location"))
        {
            return new RedirectStep.Stay();
        }

        if (response.Headers.Location is not { } location || !Uri.TryCreate(hop.Url, location, out Uri? target))
        {
            return new RedirectStep.Refuse("it leads to what is no URL");
        }

        if (!(target.Scheme == Uri.UriSchemeHttp || target.Scheme == Uri.UriSchemeHttps) || target.OriginalString.Length > LongestUrl)
        {
            return new RedirectStep.Refuse("it does not lead to http or https, or its URL is too long");
        }

        if (hop.Url.Scheme == Uri.UriSchemeHttps && target.Scheme == Uri.UriSchemeHttp)
        {
            return new RedirectStep.Refuse("it leads from https to http");
        }

        return new RedirectStep.Follow(Next(hop, status, WithoutUser(target)));
    }

    private static HttpHop Next(HttpHop hop, int status, Uri target)
    {
        bool becomesGet = status switch
        {
            303 => hop.Method is not ("GET" or "HEAD"),
            301 or 302 => hop.Method is "POST",
            _ => false,
        };
        bool staysAtHome = Uri.Compare(hop.Url, target, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
        IEnumerable<KeyValuePair<string, string>> headers = hop.Headers
            .Where(header => staysAtHome || HeaderRules.CrossesOrigins(header.Key))
            .Where(header => !becomesGet || !HeaderRules.DescribesBody(header.Key));
        return new HttpHop(target, becomesGet ? "GET" : hop.Method, [.. headers], becomesGet ? null : hop.Body);
    }

    private static Uri WithoutUser(Uri target) =>
        target.UserInfo.Length == 0 ? target : new UriBuilder(target) { UserName = "", Password = "" }.Uri;
}
