namespace FuncExec.Runtime.Hubs;

/// <summary>
/// Which activities a lease takes, by their names, whatever their casing (ordinal). Nothing of it is stored: a node may
/// have other limits than it had before, or than its neighbour has, and every activity is in exactly one selection of each.
/// </summary>
public abstract record ActivitySelection
{
    private ActivitySelection()
    {
    }

    /// <summary>All activities.</summary>
    public static ActivitySelection All { get; } = new Others([]);

    /// <summary>Whether an activity of this name is taken.</summary>
    public abstract bool Includes(string name);

    /// <summary>The activities of one name.</summary>
    public sealed record Named(string Name) : ActivitySelection
    {
        /// <inheritdoc/>
        public override bool Includes(string name) => name.Equals(Name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The activities of all names but some.</summary>
    public sealed record Others(IReadOnlyCollection<string> Names) : ActivitySelection
    {
        /// <inheritdoc/>
        public override bool Includes(string name) => !Names.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
