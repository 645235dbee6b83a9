namespace FuncExec.Runtime.Crash.Tests.Killing;

/// <summary>Judges what lies in a hub over which no engine runs.</summary>
internal static class HubJudge
{
    /// <summary>Nothing waits: no instance with something to do, no activity, held or free, and no timer.</summary>
    public static async Task NothingWaitsAsync(string directory)
    {
        await using IHub hub = HostNode.CreateHub(directory);
        await hub.OpenAsync(CancellationToken.None);

        // Every earlier session is dead: what it held is free, and would be seen.
        HubSession session = await hub.OpenSessionAsync("judge", TimeSpan.FromMinutes(1), CancellationToken.None);
        ReadyPage ready = await hub.ReadReadyInstancesAsync(new ReadyRequest(session.Id, 0, 100), CancellationToken.None);
        Assert.Empty(ready.InstanceIds);
        Assert.Empty(await hub.LeaseActivitiesAsync(session.Id, ActivitySelection.All, 100, CancellationToken.None));
        Assert.Empty(await hub.ReadTimersAsync(session.Id, default, DateTimeOffset.UtcNow.AddYears(1), 100, CancellationToken.None));
    }
}
