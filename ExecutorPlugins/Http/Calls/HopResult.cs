namespace FuncExec.ExecutorPlugins.Http.Calls;

/// <summary>What came of one request.</summary>
internal abstract record HopResult
{
    private HopResult()
    {
    }

    /// <summary>Whether it may be sent again: the fault passes, and nothing is done twice.</summary>
    public bool MayRetry { get; init; }

    /// <summary>How long the server wants to be left alone before; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Status and headers are here, the body is not read yet. Whoever has it disposes the response.</summary>
    public sealed record Answered(HttpResponseMessage Response) : HopResult;

    /// <summary>There is no answer.</summary>
    /// <param name="Message">Why, for people.</param>
    public sealed record Unanswered(string Message) : HopResult
    {
        /// <summary>Whether an address was not allowed.</summary>
        public bool IsRefusal { get; init; }
    }
}
