namespace DurableTask.Core.Exceptions;

/// <summary>An orchestration was to be started under an instance id that is in use.</summary>
public class OrchestrationAlreadyExistsException : Exception
{
    /// <summary>Makes the exception with the framework's default message.</summary>
    public OrchestrationAlreadyExistsException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which id is in use, and by what.</param>
    public OrchestrationAlreadyExistsException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which id is in use, and by what.</param>
    /// <param name="innerException">What led to it.</param>
    public OrchestrationAlreadyExistsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
