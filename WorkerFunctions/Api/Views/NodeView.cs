using FuncExec.WorkerFunctions.Nodes;

namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>A node as it is shown.</summary>
internal sealed record NodeView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string State { get; init; }

    public required string Role { get; init; }

    public required string Version { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    public required int Slots { get; init; }

    public required int Running { get; init; }

    public required DateTime StartedAt { get; init; }

    public required DateTime LastHeartbeat { get; init; }

    public required IReadOnlyList<NodeExecutorView> Executors { get; init; }

    public static NodeView Of(PresentNode node) => new()
    {
        Id = node.Life.Id,
        Name = node.Life.Name,
        State = node.State.ToString().ToLowerInvariant(),
        Role = node.Report.Role,
        Version = node.Report.Version,
        Labels = node.Report.Labels,
        Slots = node.Report.Slots,
        Running = node.State is NodeState.Gone ? 0 : node.Report.Running,
        StartedAt = node.Life.BegunAt.UtcDateTime,
        LastHeartbeat = node.Life.RenewedAt.UtcDateTime,
        Executors = [.. node.Report.Executors.Select(static executor => new NodeExecutorView(executor.Name, executor.Healthy, executor.Detail))],
    };
}

/// <summary>An executor of a node as it is shown.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Healthy">Whether it can run tasks, as of the node's last report.</param>
/// <param name="Detail">What it runs with, or why it cannot.</param>
internal sealed record NodeExecutorView(string Name, bool Healthy, string Detail);
