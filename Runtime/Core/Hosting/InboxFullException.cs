namespace FuncExec.Runtime.Hosting;

/// <summary>An instance has as many unread messages as it may: the caller should try again later (HTTP 429).</summary>
public sealed class InboxFullException(string message) : Exception(message);
