namespace FuncExec.WorkerFunctions.Api.Streams;

/// <summary>The times of answers that go on.</summary>
public sealed record StreamLimits
{
    /// <summary>After so long without having read, a reader is cut. Default 30 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After so long without an event a comment is sent, so that nobody between takes the connection for dead. Default 15 s.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After how long is looked without being told while tasks run, for what happens on other nodes is not announced here;
    /// rarer, up to <see cref="Silence"/>, where looks find nothing. Default 1 s.
    /// </summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(1);
}
