namespace FuncExec.Ledger;

/// <summary>Which names a store takes: those that lead nowhere else, in files and in addresses.</summary>
internal static class BlobNames
{
    private const int LongestSegment = 128;
    private const int LongestPath = 240;

    /// <summary>Checks a blob's name.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void Check(BlobName name)
    {
        CheckJob(name.JobId);
        string path = name.Path ?? "";
        if (path.Length > LongestPath)
        {
            throw new ArgumentException($"A blob's name has at most {LongestPath} characters.", nameof(name));
        }

        foreach (string segment in path.Split('/'))
        {
            CheckSegment(segment, "segment of a blob's name");
        }
    }

    /// <summary>Checks a job's id.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void CheckJob(string jobId) => CheckSegment(jobId, "job id");

    /// <summary>Checks a content's hash, and answers it.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string CheckHash(string hash) => hash is { Length: 64 } && hash.All(char.IsAsciiHexDigitLower)
        ? hash
        : throw new ArgumentException("A content's hash has 64 hexadecimal digits in lower case.", nameof(hash));

    private static void CheckSegment(string? segment, string what)
    {
        if (segment is not { Length: > 0 and <= LongestSegment } || segment is "." or ".."
            || !segment.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            throw new ArgumentException(
                $"'{segment}' is no {what}: it has 1 to {LongestSegment} of the characters A-Z a-z 0-9 . _ - and is not '.' or '..'.");
        }
    }
}
