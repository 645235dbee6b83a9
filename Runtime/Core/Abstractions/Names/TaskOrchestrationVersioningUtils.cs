namespace Microsoft.DurableTask.Abstractions;

/// <summary>Orders the versions of orchestrations.</summary>
public static class TaskOrchestrationVersioningUtils
{
    /// <summary>
    /// Compares two versions. No version (null, empty or white space) is before every other; two that
    /// <see cref="Version"/> can parse are ordered by their numbers, all else as text without regard to case.
    /// </summary>
    /// <returns>Below zero when the first is the older, zero when they are equal, above zero otherwise.</returns>
    public static int CompareVersions(string sourceVersion, string otherVersion)
    {
        bool hasSource = !string.IsNullOrWhiteSpace(sourceVersion);
        bool hasOther = !string.IsNullOrWhiteSpace(otherVersion);
        if (!hasSource || !hasOther)
        {
            return hasSource.CompareTo(hasOther);
        }

        return Version.TryParse(sourceVersion, out Version? source) && Version.TryParse(otherVersion, out Version? other)
            ? source.CompareTo(other)
            : string.Compare(sourceVersion, otherVersion, StringComparison.OrdinalIgnoreCase);
    }
}
