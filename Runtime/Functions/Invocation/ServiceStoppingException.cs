namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>A call was cancelled because the service stops.</summary>
internal sealed class ServiceStoppingException(OperationCanceledException cause)
    : OperationCanceledException("The service is stopping. Try again.", cause, cause.CancellationToken);
