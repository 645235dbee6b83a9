namespace Microsoft.DurableTask;

/// <summary>The name by which an orchestrator, an activity or an entity is called. Compared without regard to case.</summary>
public readonly struct TaskName : IEquatable<TaskName>
{
    /// <summary>Makes a name.</summary>
    /// <param name="name">The text; null makes the default value, which names nothing.</param>
    public TaskName(string name)
    {
        Name = name;
    }

    /// <summary>The text; null only in the default value.</summary>
    public string Name { get; }

    /// <summary>Always empty (null in the default value): a name has no version of its own.</summary>
    [Obsolete("Names have no version. Use TaskVersion.")]
    public string Version => Name is null ? null! : string.Empty;

    /// <summary>The text of a name.</summary>
    public static implicit operator string(TaskName value) => value.Name;

    /// <summary>A name from its text; null and empty text make the default value.</summary>
    public static implicit operator TaskName(string value) => string.IsNullOrEmpty(value) ? default : new(value);

    /// <summary>Whether two names are the same but for case.</summary>
    public static bool operator ==(TaskName a, TaskName b) => a.Equals(b);

    /// <summary>Whether two names differ by more than case.</summary>
    public static bool operator !=(TaskName a, TaskName b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Name is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(Name);

    /// <summary>The text of the name; null for the default value.</summary>
    public override string ToString() => Name;
}
