using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;

namespace FuncExec.Runtime.Sqlite.Writing.Operations;

/// <summary>A turn's payloads, encoded on the thread that made the turn.</summary>
internal sealed class PreparedTurn
{
    private readonly IReadOnlyList<NewActivity> _activities;

    // Only where at least one input is long: 10,000 short ones need no copy.
    private readonly StoredText[]? _inputs;

    internal PreparedTurn(TurnCommit commit)
    {
        _activities = commit.NewActivities;
        Turn = StoredBytes.Of(commit.Turn);
        FirstTurn = StoredBytes.Of(commit.Next?.FirstTurn ?? default);
        End = new InstanceEnd(StoredText.Of(commit.CustomStatus), StoredText.Of(commit.Output), StoredText.Of(commit.Failure));
        Messages = commit.Messages.Count == 0 ? [] : [.. commit.Messages.Select(message => new PreparedMessage(message))];
        Children = commit.Children.Count == 0 ? [] : [.. commit.Children.Select(child => new PreparedInstance(child))];
        Weight = 512L + commit.Turn.Length + (commit.Next?.FirstTurn.Length ?? 0) + (commit.Output?.Length ?? 0)
            + commit.Messages.Sum(message => (long)message.Content.Length + (message.IfAbsent?.FirstTurn.Length ?? 0))
            + commit.Children.Sum(child => (long)child.FirstTurn.Length);
        bool hasLong = false;
        foreach (NewActivity activity in _activities)
        {
            int length = activity.Input?.Length ?? 0;
            hasLong |= Compression.IsWorthwhile(length);
            Weight += 128 + length;
        }

        _inputs = hasLong ? [.. _activities.Select(activity => StoredText.Of(activity.Input))] : null;
    }

    /// <summary>About how many bytes the turn writes.</summary>
    internal long Weight { get; }

    internal StoredBytes Turn { get; }

    internal StoredBytes FirstTurn { get; }

    internal InstanceEnd End { get; }

    internal PreparedMessage[] Messages { get; }

    internal PreparedInstance[] Children { get; }

    internal StoredText Input(int activity) => _inputs?[activity] ?? StoredText.Of(_activities[activity].Input);
}
