namespace FuncExec.Runtime.Hubs;

/// <summary>The store failed; the outcome of the call is unknown. The message says what happened and what to do.</summary>
public sealed class HubUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException);

/// <summary>The store cannot be used at all: the process ends with this message, which says why and what to do.</summary>
public sealed class HubStartException(string message, Exception? innerException = null)
    : Exception(message, innerException);

/// <summary>
/// The store refuses this one call for what it holds (too large, against a constraint): nothing was changed, and trying
/// again cannot help. Other calls of the same group are not touched.
/// </summary>
public sealed class HubRejectedException(string message, Exception? innerException = null)
    : Exception(message, innerException);
