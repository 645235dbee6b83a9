namespace FuncExec.Runtime.PostgresStore.Writing;

/// <summary>The bounds of grouped calls.</summary>
/// <param name="Width">Groups that are under way at once.</param>
/// <param name="MostInGroup">Calls of one group.</param>
/// <param name="MostWeight">Bytes of one group; a call that has more goes alone.</param>
/// <param name="MostQueued">Calls that wait; a later one waits for room before it is queued.</param>
internal sealed record GroupLimits(int Width = 2, int MostInGroup = 1_000, long MostWeight = 8 * 1024 * 1024, int MostQueued = 100_000);
