using System.Text.Json;
using System.Text.Json.Serialization;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>
/// The data directory as the place of one node: one process at a time lives there, and the next one ends at once what the last one has
/// left in the stores, instead of waiting for its leases. A node of the same name that lives elsewhere keeps it from starting.
/// </summary>
/// <remarks>The official host runs several processes of an app in one place, and takes care of them itself: there this does nothing.</remarks>
public sealed class NodePlace(IOptions<AppOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private FileStream? _file;
    private NodeMemory _memory = new();

    /// <summary>The hub's session that was opened here last, or null.</summary>
    public long? Session => _memory.Session;

    /// <summary>Takes the place, and ends in the ledger the life that was led here before.</summary>
    /// <exception cref="LedgerStartException">Another process has it.</exception>
    public async Task TakeAsync(IJobLedger ledger, CancellationToken cancellationToken)
    {
#if EMBEDDED_RUNTIME
        string path = Path.Combine(AppDataDirectory.Create(options.Value), "node");
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new LedgerStartException(
                $"The data directory {options.Value.DataDirectory} is in use by another process. Stop that one, or give this one a directory of its own with FuncExec__DataDirectory.",
                exception);
        }

        NodeMemory kept = Read(_file);
        _memory = kept.Store == ledger.Description ? kept : new NodeMemory { Store = ledger.Description };
        if (_memory.Life is { } earlier)
        {
            await ledger.EndNodeAsync(earlier, cancellationToken);
        }
#else
        _file = null; // What follows does nothing without it.
        await Task.CompletedTask;
#endif
    }

    /// <summary>
    /// Ends with an error when a node of the same name lives in another place. One that has died there without a word is waited for, as long
    /// as its lease goes on.
    /// </summary>
    /// <param name="ledger">Where nodes are known.</param>
    /// <param name="life">This node's life, which has begun: of two that start together the later one goes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LedgerStartException">There is one.</exception>
    public async Task RefuseTwinAsync(IJobLedger ledger, NodeLife life, CancellationToken cancellationToken)
    {
        Dictionary<string, DateTimeOffset> seen = new(StringComparer.Ordinal);
        while (_file is not null && await FindTwinAsync(ledger, life, cancellationToken) is { } twin)
        {
            if (twin.RenewedAt > seen.GetValueOrDefault(twin.Id, twin.RenewedAt))
            {
                await ledger.EndNodeAsync(life.Id, cancellationToken);
                throw new LedgerStartException(
                    $"A node named '{life.Name}' lives already, since {twin.BegunAt:u}, with another data directory than {options.Value.DataDirectory}. Names are unique among the nodes of a hub: set WORKER_ID to another one, or stop the other node.");
            }

            seen.TryAdd(twin.Id, twin.RenewedAt);
            await ledger.RenewNodeAsync(life.Id, cancellationToken);
            await Task.Delay(s_look, time, cancellationToken);
        }
    }

    /// <summary>Keeps which life is led here.</summary>
    public void Remember(NodeLife life) => Keep(memory => memory with { Life = life.Id });

    /// <summary>Keeps which session of the hub was opened here.</summary>
    public void Remember(long session) => Keep(memory => memory with { Session = session });

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static async Task<NodeRecord?> FindTwinAsync(IJobLedger ledger, NodeLife life, CancellationToken cancellationToken)
    {
        NodeRecord[] living = [.. (await ledger.ListNodesAsync(cancellationToken)).Where(node => !node.IsOver && node.Name == life.Name)];
        NodeRecord? own = Array.Find(living, node => node.Id == life.Id);
        return Array.Find(living, node => own is null || node.BegunAt < own.BegunAt
            || (node.BegunAt == own.BegunAt && string.CompareOrdinal(node.Id, own.Id) < 0));
    }

    private static NodeMemory Read(FileStream file)
    {
        try
        {
            return file.Length == 0 ? new NodeMemory() : JsonSerializer.Deserialize(file, NodeMemoryJson.Default.NodeMemory) ?? new NodeMemory();
        }
        catch (JsonException)
        {
            return new NodeMemory(); // Cut off while it was written: what was left ends with its leases.
        }
    }

    private void Keep(Func<NodeMemory, NodeMemory> change)
    {
        lock (_gate)
        {
            _memory = change(_memory);
            if (_file is not null)
            {
                _file.SetLength(0);
                JsonSerializer.Serialize(_file, _memory, NodeMemoryJson.Default.NodeMemory);
                _file.Flush();
            }
        }
    }
}

/// <summary>What a node keeps of itself for its next start.</summary>
internal sealed record NodeMemory
{
    /// <summary>Which ledger it is about, and so which hub.</summary>
    public string? Store { get; init; }

    /// <summary>Its life in the ledger.</summary>
    public string? Life { get; init; }

    /// <summary>Its session in the hub.</summary>
    public long? Session { get; init; }
}

/// <summary>The JSON of <see cref="NodeMemory"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NodeMemory))]
internal sealed partial class NodeMemoryJson : JsonSerializerContext;
