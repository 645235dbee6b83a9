namespace DurableTask.Core;

/// <summary>What something failed with, as histories have it.</summary>
/// <param name="errorType">The exception's full type name.</param>
/// <param name="errorMessage">Its message.</param>
/// <param name="stackTrace">Its stack trace, or null.</param>
/// <param name="innerFailure">What caused it, or null.</param>
/// <param name="isNonRetriable">Whether it is of no use to try again; never so in this runtime.</param>
public class FailureDetails(string errorType, string errorMessage, string? stackTrace, FailureDetails? innerFailure, bool isNonRetriable)
{
    /// <summary>The exception's full type name.</summary>
    public string ErrorType { get; } = errorType;

    /// <summary>Its message.</summary>
    public string ErrorMessage { get; } = errorMessage;

    /// <summary>Its stack trace, or null.</summary>
    public string? StackTrace { get; } = stackTrace;

    /// <summary>What caused it, or null.</summary>
    public FailureDetails? InnerFailure { get; } = innerFailure;

    /// <summary>Whether it is of no use to try again; never so in this runtime.</summary>
    public bool IsNonRetriable { get; } = isNonRetriable;

    /// <inheritdoc/>
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}
