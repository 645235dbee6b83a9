using System.Security.Cryptography;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace FuncExec.WorkerFunctions.Api.Submission;

/// <summary>Reads <c>Idempotency-Key</c>.</summary>
internal static class IdempotencyHeader
{
    public const string Name = "Idempotency-Key";

    private const int Longest = 255;

    /// <summary>Whoever has the service's key is one and the same.</summary>
    private const string Principal = "key";

    /// <summary>The key, or null when there is none or it is wrong: that is noted then.</summary>
    public static string? Read(HttpRequest request, ApiQuery query)
    {
        StringValues values = request.Headers[Name];
        if (values.Count == 0)
        {
            return null;
        }

        string key = values.ToString();
        if (values.Count > 1)
        {
            query.Mistake(Name, "is given more than once.");
            return null;
        }

        if (key.Length is >= 1 and <= Longest && key.All(static c => c is >= ' ' and <= '~'))
        {
            return key;
        }

        query.Mistake(Name, $"must be 1 to {Longest} printable characters of ASCII.");
        return null;
    }

    /// <summary>By what a repetition is known: the very bytes of the document, and the workspace's content.</summary>
    public static IdempotencyKey Of(string key, ReadOnlySpan<byte> document, ContentId? workspace)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(document);
        hash.AppendData([0]);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(workspace?.Hash ?? ""));
        return new IdempotencyKey(Principal, key, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
