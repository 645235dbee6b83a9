using System.Text.Json;
using FuncExec.Orchestrator.Reading;
using FuncExec.WorkerFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Steering;

/// <summary>Reads the optional body <c>{ "reason": "…" }</c>.</summary>
internal static class ReasonBody
{
    private const int LongestBody = 64 * 1024;
    private const int LongestReason = 1024;
    private const int Deepest = 8;

    /// <summary>The reason, if any; or the answer to what is wrong.</summary>
    public static async Task<(string? Reason, IResult? Refusal)> ReadAsync(HttpRequest request, bool takesReason, CancellationToken cancellationToken)
    {
        if (await JsonBody.ReadAsync(request.Body, request.ContentLength, LongestBody, cancellationToken) is not { } body)
        {
            return (null, Problems.TooLarge($"The body has at most {LongestBody} bytes."));
        }

        if (body.IsEmpty)
        {
            return (null, null);
        }

        if (JsonBody.WhyEncoded(request) is { } encoded)
        {
            return (null, Problems.Of(StatusCodes.Status415UnsupportedMediaType, encoded, "Content-Encoding", "is not understood here."));
        }

        if (JsonBody.WhyUnsupported(request.ContentType) is { } reason)
        {
            return (null, Problems.Unsupported(reason));
        }

        List<JobMistake> mistakes = [];
        string? read = Read(body, takesReason, mistakes);
        return mistakes.Count == 0 ? (read, null) : (null, Problems.Of(
            StatusCodes.Status400BadRequest,
            takesReason ? "The body must be nothing or an object such as {\"reason\": \"…\"}." : "The body must be nothing or an empty object.",
            Problems.Group(mistakes.Select(static mistake => (mistake.Path, mistake.Message)))));
    }

    private static string? Read(ReadOnlyMemory<byte> body, bool takesReason, List<JobMistake> mistakes)
    {
        string? reason = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = Deepest });
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
            {
                mistakes.Add(new JobMistake("$", "must be an object."));
                return null;
            }

            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                if (!takesReason || member.Name != "reason")
                {
                    mistakes.Add(new JobMistake(PathOf(member.Name), takesReason ? "is not known here; known is: reason." : "is not known here; no member is."));
                }
                else if (!seen.Add(member.Name))
                {
                    mistakes.Add(new JobMistake("$.reason", "is given twice."));
                }
                else if (member.Value.ValueKind is JsonValueKind.String && member.Value.GetString() is { Length: <= LongestReason } text && !text.Contains('\0'))
                {
                    reason = text;
                }
                else if (member.Value.ValueKind is not JsonValueKind.Null)
                {
                    mistakes.Add(new JobMistake("$.reason", $"must be a string of at most {LongestReason} characters, without NUL."));
                }
            }
        }
        catch (JsonException)
        {
            mistakes.Add(new JobMistake("$", "is not JSON."));
        }
        catch (InvalidOperationException)
        {
            // How a document says that a string is none.
            mistakes.Add(new JobMistake("$", "contains half of a surrogate pair (\\uD800 to \\uDFFF), which is no character."));
        }

        return reason;
    }

    private static string PathOf(string name)
    {
        const int longest = 64;
        string shown = name.Length <= longest ? name : name[..longest] + "…";
        return shown.Length > 0 && shown.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_') ? "$." + shown : $"$['{shown.Replace("\\", "\\\\").Replace("'", "\\'")}']";
    }
}
