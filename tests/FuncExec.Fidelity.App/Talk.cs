using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FuncExec.Fidelity.App;

/// <summary>Speaks with the host over HTTP, and tells its answers: status, the headers that clients go by, and body.</summary>
internal static class Talk
{
    private static readonly JsonSerializerOptions s_plain = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    private static readonly string[] s_told = ["Location", "Retry-After", "Content-Type", "x-ms-continuation-token"];

    private static readonly HttpClient s_http = new(new HttpClientHandler { AllowAutoRedirect = false, AutomaticDecompression = System.Net.DecompressionMethods.All })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Makes a request and tells the answer.</summary>
    /// <param name="asking">Whose host.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">Within the management API, or from the root where it begins with a slash; <c>ID</c> stands for the inquiry's id.</param>
    /// <param name="body">The body, or null for none.</param>
    /// <param name="contentType">Its type.</param>
    /// <param name="continuation">The continuation token to send.</param>
    public static async Task<string> TellAsync(
        this Inquiry asking, string method, string path, string? body = null, string contentType = "application/json", string? continuation = null)
    {
        using HttpResponseMessage response = await asking.SendAsync(method, path, body, contentType, continuation);
        return await asking.TellAsync(response);
    }

    public static async Task<string> TellAsync(this Inquiry asking, HttpResponseMessage response)
    {
        var told = new StringBuilder().Append((int)response.StatusCode);
        foreach (string name in s_told)
        {
            if (response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values))
            {
                told.Append(name == "x-ms-continuation-token" ? $"\n{name}: given" : $"\n{name}: {values}");
            }
        }

        string body = await response.Content.ReadAsStringAsync();
        return Masked(asking, body.Length == 0 ? told.ToString() : $"{told}\n{Spread(body)}");
    }

    public static async Task<HttpResponseMessage> SendAsync(
        this Inquiry asking, string method, string path, string? body = null, string contentType = "application/json", string? continuation = null)
    {
        string target = (path[0] == '/' ? path : "/runtime/webhooks/durabletask/" + path).Replace("ID", asking.Id, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(asking.Address, target));
        if (body is not null)
        {
            request.Content = new StringContent(body.Replace("ID", asking.Id, StringComparison.Ordinal), Encoding.UTF8, contentType);
        }

        if (continuation is not null)
        {
            request.Headers.TryAddWithoutValidation("x-ms-continuation-token", continuation);
        }

        return await s_http.SendAsync(request);
    }

    private static string Spread(string body)
    {
        try
        {
            return JsonSerializer.Serialize(JsonDocument.Parse(body).RootElement, s_plain);
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private static string Masked(Inquiry asking, string text)
    {
        string known = text
            .Replace(asking.Id, "ID", StringComparison.Ordinal)
            .Replace(asking.Address.GetLeftPart(UriPartial.Authority), "HOST", StringComparison.Ordinal);
        return Masks.WithoutLists(Masks.WithoutStacks(Masks.WithoutQueries(Masks.WithoutIds(Masks.WithoutTimes(known)))));
    }
}
