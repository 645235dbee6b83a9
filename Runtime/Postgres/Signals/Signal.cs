using System.Globalization;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Postgres.Signals;

/// <summary>
/// What one node tells the others, as one line of text: a letter, and what it is about. What cannot be said so (a line end, half a
/// surrogate pair, too long) is told as a gap.
/// </summary>
internal static class Signal
{
    /// <summary>A session was closed.</summary>
    internal const string SessionClosed = "e";

    private const string Gap = "g";
    private const int MostCharacters = 500;
    private const char Separator = ' ';

    internal static string InstanceReady(string instanceId, long owner) =>
        IsPlain(instanceId) ? string.Create(CultureInfo.InvariantCulture, $"r{owner}{Separator}{instanceId}") : Gap;

    internal static string InstanceChanged(string instanceId) => IsPlain(instanceId) ? "c" + instanceId : Gap;

    // Labels have no spaces and come first.
    internal static string ActivitiesWaiting(string name, LabelSet runsOn) =>
        IsPlain(name) && IsPlain(runsOn.Text) ? $"w{runsOn.Text}{Separator}{name}" : Gap;

    /// <summary>Null where it cannot be said: nothing that is true depends on it.</summary>
    internal static string? LoadChanged(NodeLoad load) => IsPlain(load.Activity) && IsPlain(load.Labels.Text)
        ? string.Create(CultureInfo.InvariantCulture, $"l{load.Session} {load.Places} {load.Taken} {load.Turns} {load.Labels.Text} {load.Activity}")
        : null;

    /// <summary>Tells a listener. What this version does not know may be anything.</summary>
    internal static void Tell(string signal, IHubListener listener)
    {
        int separator = signal.IndexOf(Separator, StringComparison.Ordinal);
        switch (signal[0])
        {
            case 'r' when separator > 0 && long.TryParse(signal.AsSpan(1, separator - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long owner):
                listener.InstanceReady(signal[(separator + 1)..], owner);
                break;
            case 'c':
                listener.InstanceChanged(signal[1..]);
                break;
            case 'w' when separator > 0 && LabelSet.TryParse(signal[1..separator], out LabelSet? runsOn, out _):
                listener.ActivitiesWaiting(signal[(separator + 1)..], runsOn);
                break;
            case 'l' when ReadLoad(signal) is { } load:
                listener.LoadChanged(load);
                break;
            case 'e':
                listener.SessionClosed();
                break;
            default:
                listener.Gap();
                break;
        }
    }

    private static NodeLoad? ReadLoad(string signal)
    {
        string[] parts = signal[1..].Split(Separator, 6);
        CultureInfo culture = CultureInfo.InvariantCulture;
        return parts.Length == 6
            && long.TryParse(parts[0], NumberStyles.None, culture, out long session)
            && int.TryParse(parts[1], NumberStyles.None, culture, out int places)
            && int.TryParse(parts[2], NumberStyles.None, culture, out int taken)
            && long.TryParse(parts[3], NumberStyles.None, culture, out long turns)
            && LabelSet.TryParse(parts[4], out LabelSet? labels, out _)
            ? new NodeLoad(session, parts[5], places, taken, turns, labels)
            : null;
    }

    private static bool IsPlain(string text) =>
        text.Length <= MostCharacters && !text.Any(static c => char.IsControl(c) || char.IsSurrogate(c));
}
