using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Tests.Files;

namespace FuncExec.WorkerFunctions.Tests.Tasks;

/// <summary>A real store that does what the test says before it reads or writes content.</summary>
internal sealed class HeldBlobStore(IBlobStore inner, Func<string, CancellationToken, Task> before) : BlobStoreWrapper(inner)
{
    public override async Task<ContentId?> PutContentAsync(string jobId, Stream content, long limit, CancellationToken cancellationToken)
    {
        await before(nameof(PutContentAsync), cancellationToken);
        return await base.PutContentAsync(jobId, content, limit, cancellationToken);
    }

    public override async Task<Stream?> OpenContentAsync(string jobId, string hash, CancellationToken cancellationToken)
    {
        await before(nameof(OpenContentAsync), cancellationToken);
        return await base.OpenContentAsync(jobId, hash, cancellationToken);
    }

    public override async Task<bool> MaterializeAsync(string jobId, string hash, string path, CancellationToken cancellationToken)
    {
        await before(nameof(MaterializeAsync), cancellationToken);
        return await base.MaterializeAsync(jobId, hash, path, cancellationToken);
    }
}
