using FuncExec.HubContract;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>What several tests do on a hub.</summary>
internal static class Scenes
{
    internal static NewInstance New(string id) => new()
    {
        InstanceId = id,
        Name = "Orchestrator",
        Generation = Guid.NewGuid(),
        FirstTurn = BitConverter.GetBytes(0L),
        CreatedAt = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    internal static async Task<IHub> OpenAsync(PostgresPlace place)
    {
        IHub hub = place.CreateHub();
        await hub.OpenAsync(default);
        return hub;
    }

    internal static async Task<long> OpenSessionAsync(this IHub hub) => (await hub.OpenSessionAsync("node", TimeSpan.FromMinutes(10), default)).Id;

    internal static async Task<Running> StartAsync(this IHub hub, string id, long session)
    {
        NewInstance instance = New(id);
        var created = Assert.IsType<CreateOutcome.Created>(await hub.CreateInstanceAsync(instance, session, default));
        return new Running(created.Lease!, session, instance.Generation, 1);
    }

    internal static async Task<CommitOutcome.Committed> CommitAsync(this IHub hub, TurnCommit turn) =>
        Assert.IsType<CommitOutcome.Committed>(await hub.CommitTurnAsync(turn, default));

    internal static NewActivity[] Activities(int count, int first = 0) =>
        [.. Enumerable.Range(first, count).Select(static id => new NewActivity { TaskId = id, Name = "Activity", Input = "1" })];
}
