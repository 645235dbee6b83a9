using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>A turn's payloads, encoded on the thread that made the turn.</summary>
internal sealed class PreparedTurn
{
    internal PreparedTurn(TurnCommit commit, int[] queues)
    {
        Commit = commit;
        Turn = StoredForms.Bytes(commit.Next?.FirstTurn ?? commit.Turn);
        CustomStatus = StoredForms.TextOrNull(commit.CustomStatus);
        Output = StoredForms.TextOrNull(commit.Output);
        Failure = StoredForms.TextOrNull(commit.Failure);
        Activities = commit.NewActivities.Count == 0
            ? []
            : [.. commit.NewActivities.Select((activity, at) => PreparedActivity.Of(activity, queues[at]))];
        Messages = commit.Messages.Count == 0 ? [] : [.. commit.Messages.Select(static message => new PreparedMessage(message))];
        Children = commit.Children.Count == 0 ? [] : [.. commit.Children.Select(static child => new PreparedInstance(child))];
        Completed = IsOfOneToken(commit.CompletedActivities)
            ? commit.CompletedActivities
            : [.. commit.CompletedActivities.OrderBy(static lease => lease.Token)];
        Weight = 512L + Turn.Length + Length(CustomStatus) + Length(Output) + Length(Failure)
            + Activities.Sum(static activity => 128L + Length(activity.Tags) + Length(activity.Input))
            + Messages.Sum(static message => 128L + message.Content.Length + Length(message.IfAbsent?.FirstTurn))
            + Children.Sum(static child => 256L + child.FirstTurn.Length)
            + (16L * (commit.ConsumedMessages.Count + commit.CompletedActivities.Count));
    }

    internal TurnCommit Commit { get; }

    /// <summary>About how many bytes the turn writes.</summary>
    internal long Weight { get; }

    /// <summary>The row of the history: the turn, or the first of the next generation.</summary>
    internal byte[] Turn { get; }

    internal byte[]? CustomStatus { get; }

    internal byte[]? Output { get; }

    internal byte[]? Failure { get; }

    internal PreparedActivity[] Activities { get; }

    internal PreparedMessage[] Messages { get; }

    internal PreparedInstance[] Children { get; }

    /// <summary>The completed activities, those of one token side by side.</summary>
    internal IReadOnlyList<ActivityLease> Completed { get; }

    private static bool IsOfOneToken(IReadOnlyList<ActivityLease> leases) =>
        leases.Count == 0 || leases.All(lease => lease.Token == leases[0].Token);

    private static long Length(byte[]? bytes) => bytes?.Length ?? 0;
}
