namespace FuncExec.Runtime.Transfer;

/// <summary>A mark in a store, for as long as no node may start over it.</summary>
/// <param name="Role">Why.</param>
/// <param name="Partner">The other store, in words for people.</param>
public sealed record TransferMark(TransferRole Role, string Partner)
{
    /// <summary>Why nothing starts, and what to do.</summary>
    /// <param name="place">The store, in words for people.</param>
    /// <param name="word">How <c>funcexec migrate</c> names its place.</param>
    public string Explain(string place, string word) => Role == TransferRole.Source
        ? $"{place}: moved by 'funcexec migrate' to {Partner}; both in use would run the same jobs twice. Start the service over that place. "
            + $"Only if it is not to be used, go on here after: funcexec migrate --release {word}"
        : $"{place}: being filled by 'funcexec migrate' from {Partner}, and not complete. Let it end, or run it again: it begins anew. "
            + "Or clear this place away: the data directory, or the schema.";
}
