using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using Azure.Core;
using Azure.Core.Pipeline;

namespace FuncExec.Ledger.Azure.Client;

/// <summary>
/// Signs requests with an account's key, anew for each try, for the time is signed along.
/// Source: <c>https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key</c>.
/// </summary>
internal sealed class SharedKeyPolicy(string account, byte[] key) : HttpPipelineSynchronousPolicy
{
    // In the order in which they are signed.
    private static readonly string[] s_signed =
    [
        "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match",
        "If-None-Match", "If-Unmodified-Since", "Range",
    ];

    public override void OnSendingRequest(HttpMessage message)
    {
        Request request = message.Request;
        request.Headers.SetValue("x-ms-date", DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture));
        byte[] signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(TextToSign(request)));
        request.Headers.SetValue("Authorization", $"SharedKey {account}:{Convert.ToBase64String(signature)}");
    }

    /// <summary>What is signed.</summary>
    internal string TextToSign(Request request)
    {
        StringBuilder text = new(request.Method.Method);
        foreach (string name in s_signed)
        {
            text.Append('\n');
            if (request.Headers.TryGetValue(name, out string? value) && !(name == "Content-Length" && value == "0"))
            {
                text.Append(value);
            }
        }

        text.Append('\n');
        foreach (HttpHeader header in request.Headers
            .Where(static header => header.Name.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase))
            .OrderBy(static header => header.Name.ToLowerInvariant(), StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{header.Name.ToLowerInvariant()}:{header.Value}\n");
        }

        Uri uri = request.Uri.ToUri();
        text.Append(CultureInfo.InvariantCulture, $"/{account}{uri.AbsolutePath}");
        System.Collections.Specialized.NameValueCollection query = HttpUtility.ParseQueryString(uri.Query);
        foreach (string name in query.AllKeys.OfType<string>().Order(StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{name.ToLowerInvariant()}:{query[name]}");
        }

        return text.ToString();
    }
}
