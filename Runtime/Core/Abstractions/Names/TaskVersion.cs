namespace Microsoft.DurableTask;

/// <summary>The version of an orchestrator or activity. Compared for equality without regard to case.</summary>
public readonly struct TaskVersion : IEquatable<TaskVersion>
{
    /// <summary>No version: the same as the default value and as one made of empty text.</summary>
    public static readonly TaskVersion Unversioned;

    private readonly string? _version;

    /// <summary>Makes a version.</summary>
    /// <param name="version">The text; null or empty makes <see cref="Unversioned"/>.</param>
    /// <exception cref="ArgumentException">The text is white space only.</exception>
    public TaskVersion(string? version)
    {
        if (!string.IsNullOrEmpty(version))
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(version);
        }

        _version = version;
    }

    /// <summary>The text, empty for <see cref="Unversioned"/>; never null.</summary>
    public string Version => _version ?? string.Empty;

    /// <summary>The text of a version.</summary>
    public static implicit operator string(TaskVersion value) => value.Version;

    /// <summary>A version from its text; null makes <see cref="Unversioned"/>.</summary>
    /// <exception cref="ArgumentException">The text is white space only.</exception>
    public static implicit operator TaskVersion(string? value) => new(value);

    /// <summary>Whether two versions are the same but for case.</summary>
    public static bool operator ==(TaskVersion a, TaskVersion b) => a.Equals(b);

    /// <summary>Whether two versions differ by more than case.</summary>
    public static bool operator !=(TaskVersion a, TaskVersion b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(TaskVersion other) => string.Equals(Version, other.Version, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TaskVersion other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Version);

    /// <summary>The text of the version, empty for <see cref="Unversioned"/>.</summary>
    public override string ToString() => Version;
}
