namespace FuncExec.Runtime.Hubs;

/// <summary>How much of an activity with a limit of its own a node runs, as it tells the other nodes of its hub. A hint: it may be old.</summary>
/// <param name="Session">The node's session.</param>
/// <param name="Activity">The activity's name.</param>
/// <param name="Places">How many run there at once; 0 when it takes none any more.</param>
/// <param name="Taken">How many of them are taken.</param>
/// <param name="Turns">How many it has taken. A node that is behind the others by more than its places counts as behind by these.</param>
/// <param name="Labels">The node's labels.</param>
public sealed record NodeLoad(long Session, string Activity, int Places, int Taken, long Turns, LabelSet Labels);
