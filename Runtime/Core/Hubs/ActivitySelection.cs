namespace FuncExec.Runtime.Hubs;

/// <summary>
/// Which activities a lease takes: by their names, whatever their casing (ordinal), and only those that ask for no label that
/// the node has not. Nothing of it is stored: a node may have other limits and labels than it had before, or than its neighbour
/// has; every activity is in one selection of each, or the node cannot run it.
/// </summary>
public abstract record ActivitySelection
{
    private ActivitySelection()
    {
    }

    /// <summary>All activities that run anywhere.</summary>
    public static ActivitySelection All { get; } = new Others([]);

    /// <summary>The labels of the node. Default: none.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>Whether an activity of this name is taken, where it may run.</summary>
    public abstract bool Includes(string name);

    /// <summary>Whether an activity of this name that asks for these labels is taken.</summary>
    public bool Includes(string name, LabelSet runsOn) => Includes(name) && Labels.Includes(runsOn);

    /// <summary>The activities of one name.</summary>
    public sealed record Named(string Name) : ActivitySelection
    {
        /// <inheritdoc/>
        public override bool Includes(string name) => name.Equals(Name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The activities of some names.</summary>
    public sealed record AnyOf(IReadOnlyCollection<string> Names) : ActivitySelection
    {
        /// <inheritdoc/>
        public override bool Includes(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The activities of all names but some.</summary>
    public sealed record Others(IReadOnlyCollection<string> Names) : ActivitySelection
    {
        /// <inheritdoc/>
        public override bool Includes(string name) => !Names.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
