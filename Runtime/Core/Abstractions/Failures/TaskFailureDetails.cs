using System.Reflection;

namespace Microsoft.DurableTask;

/// <summary>How a task failed: an exception as data, which can be stored and read again on another node.</summary>
/// <param name="ErrorType">The exception's type with its namespace, such as <c>System.InvalidOperationException</c>.</param>
/// <param name="ErrorMessage">The exception's message.</param>
/// <param name="StackTrace">Where it was thrown, or null when it is not known.</param>
/// <param name="InnerFailure">What caused it, or null.</param>
/// <param name="Properties">Further facts about it, or null.</param>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    /// <summary>Describes an exception with its inner ones.</summary>
    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return ExceptionReader.Read(exception);
    }

    /// <summary>Whether the failure is an exception of the given type or of one derived from it.</summary>
    /// <inheritdoc cref="IsCausedBy(Type)" path="/remarks|/exception[@cref='T:System.Reflection.AmbiguousMatchException']"/>
    public bool IsCausedBy<T>()
        where T : Exception
        => IsCausedBy(typeof(T));

    /// <summary>Whether the failure is an exception of the given type or of one derived from it.</summary>
    /// <param name="targetBaseExceptionType">A type of exceptions.</param>
    /// <remarks>
    /// The type named by <see cref="ErrorType"/> is looked for in the base library, in the assembly of the type asked
    /// for, then in all that are loaded. False when it is not found. Inner failures do not count.
    /// </remarks>
    /// <exception cref="ArgumentException">The given type is not one of exceptions.</exception>
    /// <exception cref="AmbiguousMatchException">Loaded types of that name give different answers.</exception>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
        {
            throw new ArgumentException(
                $"{targetBaseExceptionType} is not a type of exceptions.", nameof(targetBaseExceptionType));
        }

        return ExceptionTypes.IsA(ErrorType, targetBaseExceptionType);
    }

    /// <summary>The type and the message.</summary>
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}
