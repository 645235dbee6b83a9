using System.Security.Cryptography;
using System.Text;

namespace FuncExec.Ledger.Files;

/// <summary>
/// Where things lie. Jobs are spread over 4,096 directories by a hash of their ids. A job's blobs lie in one directory, '+'
/// in the place of '/': every directory more would have to be synced for its first blob.
/// </summary>
internal sealed class BlobPaths(string root)
{
    internal string Root { get; } = root;

    internal string Jobs { get; } = Path.Combine(root, "jobs");

    internal string Contents { get; } = Path.Combine(root, "content");

    internal string Temporary { get; } = Path.Combine(root, "tmp");

    internal string LockFile { get; } = Path.Combine(root, "blobs.lock");

    internal string Job(string jobId)
    {
        BlobNames.CheckJob(jobId);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(jobId), hash);
        return Path.Combine(Jobs, Convert.ToHexStringLower(hash[..2])[..3], jobId);
    }

    internal string Blob(BlobName name)
    {
        BlobNames.Check(name);
        return Path.Combine(Job(name.JobId), "named", name.Path.Replace('/', '+'));
    }

    internal string JobContents(string jobId) => Path.Combine(Job(jobId), "content");

    internal string JobContent(string jobId, string hash) => Path.Combine(JobContents(jobId), BlobNames.CheckHash(hash));

    /// <summary>The file that all jobs with this content link to.</summary>
    internal string Master(string hash) => Path.Combine(Contents, BlobNames.CheckHash(hash)[..2], hash);

    internal string NewTemporary() => Path.Combine(Temporary, Guid.NewGuid().ToString("N"));
}
