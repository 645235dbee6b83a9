namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>A trigger that can hand over one item or a batch of them.</summary>
public interface ISupportCardinality
{
    /// <summary>How many at a time.</summary>
    Cardinality Cardinality { get; set; }
}

/// <summary>How many items a trigger hands over at a time.</summary>
public enum Cardinality
{
    /// <summary>A batch.</summary>
    Many,

    /// <summary>One.</summary>
    One,
}
