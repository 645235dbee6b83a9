using System.Globalization;
using System.Text;

namespace FuncExec.Ledger.Azure.Client;

/// <summary>Says what an answer means, and what to do.</summary>
internal static class StorageErrors
{
    /// <summary>Clocks may differ by so much. Source: the protocol's page on shared keys.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(15);

    /// <summary>One sentence or two, without secrets.</summary>
    public static string Explain(StorageAccount account, Uri uri, StorageAnswer answer)
    {
        string what = $"The storage account '{account.Name}' answered {answer.Status} {(answer.Code.Length > 0 ? answer.Code : Body(answer))} to {uri.AbsolutePath}.";
        return answer.Status switch
        {
            403 when Skew(answer) is { } skew => $"{what} The clock here and the service's differ by {skew:c}: set the clock.",
            403 when account.Signature is not null => $"{what} Its shared access signature has expired or does not permit this: make a new one that may read, write, delete, list, add and create.",
            403 when account.Key is not null => $"{what} The account key does not fit: copy the connection string anew.",
            401 or 403 => $"{what} The identity has no right to it: give it the role 'Storage Blob Data Contributor'.",
            404 or 409 when answer.Code.StartsWith("Container", StringComparison.Ordinal) =>
                $"{what} Somebody has deleted the container: start the service again, which makes a new one; what was in it is lost.",
            429 or 503 => $"{what} It is asked more than it may be: it will be asked again.",
            _ => what,
        };
    }

    private static TimeSpan? Skew(StorageAnswer answer)
    {
        if (!DateTimeOffset.TryParse(answer.Header("Date"), CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset there))
        {
            return null;
        }

        TimeSpan skew = (DateTimeOffset.UtcNow - there).Duration();
        return skew >= s_skew ? skew : null;
    }

    private static string Body(StorageAnswer answer)
    {
        string text = Encoding.UTF8.GetString(answer.Body.Span);
        return text.Length > 200 ? text[..200] : text;
    }
}
