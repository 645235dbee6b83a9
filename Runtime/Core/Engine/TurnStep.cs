namespace FuncExec.Runtime.Engine;

/// <summary>How one step of an instance went.</summary>
internal readonly record struct TurnStep
{
    /// <summary>The live state afterwards; null when it must be loaded again before the next turn, or is not needed.</summary>
    public LiveInstance? Live { get; private init; }

    /// <summary>What must be looked at again.</summary>
    public IReadOnlyList<Incoming>? Retained { get; private init; }

    /// <summary>The step must be done again, after a pause that grows.</summary>
    public bool Failed { get; private init; }

    /// <summary>What could not be stored is out of the way, and the instance goes on.</summary>
    public bool Recovered { get; init; }

    /// <summary>The turn was given up by the watch while it ran; nobody may touch the instance's state.</summary>
    public bool Abandoned { get; private init; }

    /// <summary>The instance has finished, is gone, or is another node's.</summary>
    public bool Ended { get; private init; }

    public static TurnStep Done(LiveInstance live) => new() { Live = live };

    /// <summary>The same step, with more to look at in the next one.</summary>
    public TurnStep Retaining(IReadOnlyList<Incoming> more) => more.Count == 0 ? this : this with { Retained = [.. Retained ?? [], .. more] };

    public static TurnStep Over => new() { Ended = true };

    public static TurnStep GivenUp => new() { Abandoned = true };

    /// <summary>The live state is dropped; what is only in memory is kept, what is stored will be read again.</summary>
    public static TurnStep Retry(IReadOnlyList<Incoming> batch) =>
        new() { Failed = true, Retained = [.. batch.Where(static incoming => incoming.MessageId == 0 && !incoming.IsWake)] };
}
