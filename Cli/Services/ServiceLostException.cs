namespace FuncExec.Cli.Services;

/// <summary>The service did not answer, or its answer broke off, or it is not ready: it is worth another try.</summary>
internal sealed class ServiceLostException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether it answered, but was not ready.</summary>
    public bool IsAnswer { get; init; }
}
