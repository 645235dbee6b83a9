namespace FuncExec.HubContract;

/// <summary>Where one test's hub is stored; empty at first, and gone after the test.</summary>
public abstract class HubPlace : IAsyncDisposable
{
    /// <summary>Makes the hub over this place, not opened. A place outlives its hubs: the next one finds what the last one stored.</summary>
    public abstract IHub CreateHub();

    /// <summary>Lets time pass for the hub.</summary>
    public abstract Task LetTimePassAsync(TimeSpan time);

    /// <summary>Removes all that was stored.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Makes places; one fixture for all tests of a class.</summary>
public interface IHubFixture
{
    /// <summary>Makes an empty place.</summary>
    Task<HubPlace> NewPlaceAsync();
}
