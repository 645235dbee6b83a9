namespace FuncExec.WorkerFunctions.Api.Service;

/// <summary>What can run here.</summary>
/// <param name="Items">The executors of this node.</param>
/// <param name="Next">Always null: there is one page.</param>
/// <param name="Host">What this host offers to jobs.</param>
internal sealed record ExecutorsView(IReadOnlyList<ExecutorView> Items, string? Next, HostView Host);

/// <summary>An executor as it is shown.</summary>
/// <param name="Name">By which jobs choose it.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="Isolation">What separates tasks from each other and from the service.</param>
/// <param name="Enabled">Whether jobs may use it.</param>
/// <param name="Healthy">Whether it can run tasks now.</param>
/// <param name="Detail">What it runs with, or why it cannot.</param>
/// <param name="UsesDirectory">Whether its tasks have a directory with workspace and artifacts.</param>
/// <param name="Capacity">How many tasks run at once on this node, of all executors together.</param>
/// <param name="Running">How many of those slots are taken.</param>
internal sealed record ExecutorView(
    string Name, string Description, string Isolation, bool Enabled, bool Healthy, string Detail, bool UsesDirectory, int Capacity, int Running);

/// <summary>What this host offers to jobs.</summary>
/// <param name="Name"><c>embedded</c> or <c>azure</c>.</param>
/// <param name="Features">Whether it has what jobs may ask for, by name.</param>
internal sealed record HostView(string Name, IReadOnlyDictionary<string, bool> Features);
