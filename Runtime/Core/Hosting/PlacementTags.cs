using System.Globalization;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Hosting;

/// <summary>
/// Tags of an activity call (<c>TaskOptions.Tags</c>) by which its author says where and how soon it runs. They stand in
/// histories, so their names never change.
/// </summary>
public static class PlacementTags
{
    /// <summary>Labels that the node which runs it must have, with commas between.</summary>
    public const string RunsOn = "funcexec.runsOn";

    /// <summary>How urgent it is: a digit, 0 to 9, the highest first.</summary>
    public const string Priority = "funcexec.priority";

    /// <summary>
    /// With the value <c>job</c>: where the node that runs the calling instance has room, it runs there, whatever the rule of placement.
    /// </summary>
    public const string Affinity = "funcexec.affinity";

    private const string ToJob = "job";

    /// <summary>Whether the tags ask for the node of the calling instance.</summary>
    /// <exception cref="ArgumentException">They say what cannot be; the message says what.</exception>
    internal static bool ReadAffinity(IReadOnlyDictionary<string, string>? tags) =>
        tags is not null && tags.TryGetValue(Affinity, out string? affinity)
        && (affinity == ToJob ? true : throw new ArgumentException($"The tag '{Affinity}' is '{affinity}'; it must be '{ToJob}'.", nameof(tags)));

    /// <summary>What the tags ask for.</summary>
    /// <exception cref="ArgumentException">They say what cannot be; the message says what.</exception>
    internal static (int Priority, LabelSet RunsOn) Read(IReadOnlyDictionary<string, string>? tags)
    {
        if (tags is null)
        {
            return (ActivityPriority.Default, LabelSet.Empty);
        }

        int priority = ActivityPriority.Default;
        if (tags.TryGetValue(Priority, out string? level)
            && !(int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out priority) && priority is >= ActivityPriority.Lowest and <= ActivityPriority.Highest))
        {
            throw new ArgumentException(
                $"The tag '{Priority}' is '{level}'; it must be a whole number from {ActivityPriority.Lowest} to {ActivityPriority.Highest}.", nameof(tags));
        }

        LabelSet? runsOn = LabelSet.Empty;
        return !tags.TryGetValue(RunsOn, out string? labels) || LabelSet.TryParse(labels, out runsOn, out string? mistake)
            ? (priority, runsOn)
            : throw new ArgumentException($"The tag '{RunsOn}' is '{labels}'. {mistake}", nameof(tags));
    }
}
