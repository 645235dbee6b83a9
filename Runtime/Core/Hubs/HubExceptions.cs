namespace FuncExec.Runtime.Hubs;

/// <summary>The store failed; the outcome of the call is unknown. The message says what happened and what to do.</summary>
public sealed class HubUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException);

/// <summary>The store cannot be used at all: the process ends with this message, which says why and what to do.</summary>
public sealed class HubStartException(string message, Exception? innerException = null)
    : Exception(message, innerException);
