using System.Runtime.CompilerServices;
using System.Text;
using FuncExec.Runtime.Functions.Access;
using FuncExec.Runtime.Functions.Timers;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Moving;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Transfer;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Functions;

/// <summary>
/// What a data directory keeps beside a hub that is one process's own, and a hub that nodes share keeps itself: the key, the signing
/// secret, and what timer functions did.
/// </summary>
/// <param name="dataDirectory">The directory. Its locks are those of the hub, for whoever has opened that.</param>
public sealed class DataDirectoryTransfer(string dataDirectory) : ITransferStore
{
    private static readonly string[] _secrets = [KeyFiles.KeyFile, KeyFiles.SecretFile];

    private readonly FileTimerJournal _timers = new(dataDirectory, NullLogger.Instance);

    /// <inheritdoc/>
    public string Description => $"files, {dataDirectory}";

    /// <inheritdoc/>
    public IReadOnlyList<TransferKind> Kinds { get; } = [HubKinds.Secrets, HubKinds.TimerFunctions];

    /// <summary>
    /// Whether there are no timers, and no files of others by the names of ours. A key of ours is missed by nobody: that of the hub takes its
    /// place, and a node of a shared hub keeps it here.
    /// </summary>
    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => Task.FromResult(
        TimerFiles().Length == 0
        && _secrets.Select(name => Path.Combine(dataDirectory, name)).Where(File.Exists).All(static file => KeyFiles.IsOurs(File.ReadAllText(file).Trim())));

    /// <inheritdoc/>
    public Task ClearAsync(CancellationToken cancellationToken)
    {
        foreach (string file in _secrets.Select(name => Path.Combine(dataDirectory, name)).Concat(TimerFiles()))
        {
            File.Delete(file);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TransferBatch> ReadAsync(
        TransferKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new TransferBatch();
        if (kind == HubKinds.Secrets)
        {
            foreach (string name in _secrets.Where(name => File.Exists(Path.Combine(dataDirectory, name))))
            {
                string value = (await File.ReadAllTextAsync(Path.Combine(dataDirectory, name), cancellationToken).ConfigureAwait(false)).Trim();
                batch.Add([Text(name), Text(value)]);
            }
        }
        else
        {
            foreach (string file in TimerFiles())
            {
                string timer = Path.GetFileNameWithoutExtension(file);
                TimerRecord record = await _timers.ReadAsync(timer, cancellationToken).ConfigureAwait(false)
                    ?? throw new FunctionsStartException($"{file} cannot be read. Delete it: the timer begins anew, without looking for what it missed.");
                batch.Add(
                [
                    TransferValue.Of(MarkedText.Of(timer)), TransferValue.Of(MarkedText.Of(record.Schedule)),
                    record.Last is { } last ? TransferValue.Of(last.UtcTicks) : TransferValue.Nothing,
                    TransferValue.Of(record.Next.UtcTicks), TransferValue.Of(record.Updated.UtcTicks),
                ]);
            }
        }

        yield return batch;
    }

    /// <inheritdoc/>
    public async Task WriteAsync(TransferKind kind, TransferBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (TransferValue[] row in batch.Rows)
        {
            if (kind == HubKinds.Secrets)
            {
                KeyFiles.Create(Path.Combine(dataDirectory, FileName(Text(row[0]))), Text(row[1]), replaces: true);
                continue;
            }

            var record = new TimerRecord(MarkedText.Read(row[1].Bytes!), row[2].Number is { } last ? Time(last) : null, Time(row[3].Number!.Value), Time(row[4].Number!.Value));
            await _timers.WriteAsync(FileName(MarkedText.Read(row[0].Bytes!)), record, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string[] TimerFiles()
    {
        string directory = Path.Combine(dataDirectory, FileTimerJournal.DirectoryName);
        return Directory.Exists(directory) ? Directory.GetFiles(directory, "*.json") : [];
    }

    private static string FileName(string name) => name.Length > 0 && Path.GetFileName(name) == name
        ? name
        : throw new FunctionsStartException($"'{name}' cannot be the name of a file in the data directory.");

    private static TransferValue Text(string text) => TransferValue.Of(Encoding.UTF8.GetBytes(text));

    private static string Text(TransferValue value) => Encoding.UTF8.GetString(value.Bytes!);

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
