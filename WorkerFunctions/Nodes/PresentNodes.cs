using System.Text.Json;
using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>A node as the ledger has it.</summary>
/// <param name="Life">Its life.</param>
/// <param name="Report">What it told of itself; all defaults before its first report.</param>
/// <param name="State">How it is.</param>
internal sealed record PresentNode(NodeRecord Life, NodeReport Report, NodeState State)
{
    /// <summary>Whether it runs tasks that are due.</summary>
    public bool TakesTasks => State is NodeState.Active or NodeState.Suspect && Report.Slots > 0;
}

/// <summary>The nodes of this ledger, as of the last second.</summary>
public sealed class PresentNodes(IJobLedger ledger, TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _gate = new(1);
    private IReadOnlyList<PresentNode>? _nodes;
    private long _at;

    /// <summary>All of them, those too that are gone since less than an hour.</summary>
    internal async Task<IReadOnlyList<PresentNode>> ListAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_nodes is null || time.GetElapsedTime(_at) > KeptFor)
            {
                DateTimeOffset now = ledger.Now;
                _nodes = [.. (await ledger.ListNodesAsync(cancellationToken)).Select(life => Read(life, now))];
                _at = time.GetTimestamp();
            }

            return _nodes;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Asks a node to drain; false when none of this id lives.</summary>
    internal async Task<bool> DrainAsync(string id, CancellationToken cancellationToken)
    {
        bool isAsked = await ledger.AskNodeToDrainAsync(id, cancellationToken);
        _nodes = null; // Whoever looks now is to see it.
        return isAsked;
    }

    private static PresentNode Read(NodeRecord life, DateTimeOffset now)
    {
        NodeReport report = ReadReport(life.Report);
        NodeState state = life.IsOver ? NodeState.Gone
            : now - life.RenewedAt > life.Lease / 2 ? NodeState.Suspect
            : life.IsAskedToDrain || report.IsDraining ? NodeState.Draining
            : NodeState.Active;
        return new PresentNode(life, report, state);
    }

    private static NodeReport ReadReport(string? report)
    {
        try
        {
            return report is null ? new NodeReport() : JsonSerializer.Deserialize(report, NodeJson.Default.NodeReport) ?? new NodeReport();
        }
        catch (JsonException)
        {
            return new NodeReport(); // Of a version that tells otherwise.
        }
    }
}
