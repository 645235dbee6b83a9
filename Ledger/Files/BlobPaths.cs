using System.Security.Cryptography;
using System.Text;

namespace FuncExec.Ledger.Files;

/// <summary>
/// Where things lie. Jobs are spread over 4,096 directories by a hash of their ids. A job's blobs lie in one directory, '+'
/// in the place of '/': every directory more would have to be synced for its first blob.
/// </summary>
internal sealed class BlobPaths(string root)
{
    private const int LongestSegment = 128;
    private const int LongestPath = 240;

    internal string Root { get; } = root;

    internal string Jobs { get; } = Path.Combine(root, "jobs");

    internal string Contents { get; } = Path.Combine(root, "content");

    internal string Temporary { get; } = Path.Combine(root, "tmp");

    internal string LockFile { get; } = Path.Combine(root, "blobs.lock");

    internal string Job(string jobId)
    {
        CheckSegment(jobId, "job id");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(jobId), hash);
        return Path.Combine(Jobs, Convert.ToHexStringLower(hash[..2])[..3], jobId);
    }

    internal string Blob(BlobName name)
    {
        string job = Job(name.JobId);
        string path = name.Path ?? "";
        if (path.Length > LongestPath)
        {
            throw new ArgumentException($"A blob's name has at most {LongestPath} characters.", nameof(name));
        }

        foreach (string segment in path.Split('/'))
        {
            CheckSegment(segment, "segment of a blob's name");
        }

        return Path.Combine(job, "named", path.Replace('/', '+'));
    }

    internal string JobContents(string jobId) => Path.Combine(Job(jobId), "content");

    internal string JobContent(string jobId, string hash) => Path.Combine(JobContents(jobId), Checked(hash));

    /// <summary>The file that all jobs with this content link to.</summary>
    internal string Master(string hash) => Path.Combine(Contents, Checked(hash)[..2], hash);

    internal string NewTemporary() => Path.Combine(Temporary, Guid.NewGuid().ToString("N"));

    private static string Checked(string hash) => hash is { Length: 64 } && hash.All(char.IsAsciiHexDigitLower)
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
