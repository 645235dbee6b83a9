namespace Microsoft.DurableTask.Worker;

/// <summary>What a node takes on.</summary>
public class DurableTaskWorkerOptions
{
    /// <summary>Which versions of orchestrations a node runs.</summary>
    public enum VersionMatchStrategy
    {
        /// <summary>All.</summary>
        None = 0,

        /// <summary>Only its own.</summary>
        Strict = 1,

        /// <summary>Its own and older ones.</summary>
        CurrentOrOlder = 2,
    }

    /// <summary>What becomes of the others.</summary>
    public enum VersionFailureStrategy
    {
        /// <summary>They stay as they are, for a node of their version.</summary>
        Reject = 0,

        /// <summary>They fail.</summary>
        Fail = 1,
    }

    /// <summary>Which versions the node runs; null leaves it to the host's settings.</summary>
    public VersioningOptions? Versioning { get; set; }

    /// <summary>Which versions a node runs.</summary>
    public class VersioningOptions
    {
        /// <summary>The node's version; empty is before every other.</summary>
        public string Version { get; set; } = string.Empty;

        /// <summary>The version of orchestrations that are started without one; empty for none.</summary>
        public string DefaultVersion { get; set; } = string.Empty;

        /// <summary>Which ones it runs. Default: all.</summary>
        public VersionMatchStrategy MatchStrategy { get; set; } = VersionMatchStrategy.None;

        /// <summary>What becomes of the others. Default: they stay as they are.</summary>
        public VersionFailureStrategy FailureStrategy { get; set; } = VersionFailureStrategy.Reject;
    }
}
