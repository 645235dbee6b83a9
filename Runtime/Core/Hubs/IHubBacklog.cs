namespace FuncExec.Runtime.Hubs;

/// <summary>Offered by a hub that counts what waits in it: the same for every node that asks.</summary>
public interface IHubBacklog
{
    /// <summary>
    /// Counts the activities that no session holds, by what they wait for; what a session held that has ended counts once it was
    /// given back. Reads by the index of what waits, and goes over no more than <paramref name="most"/> of them (where there are more
    /// queues, each a name with a set of labels, over one of each): every queue gets an even part of that, and of one with more the
    /// first by rank are counted.
    /// </summary>
    /// <param name="most">How many to go over, 1 or more.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HubUnavailableException">The store failed.</exception>
    Task<IReadOnlyList<WaitingActivities>> CountWaitingAsync(int most, CancellationToken cancellationToken);
}
