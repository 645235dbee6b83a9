namespace FuncExec.ExecutorPlugins.Http.Network;

/// <summary>Why no connection was made.</summary>
internal enum ConnectFaultKind
{
    /// <summary>An address is not allowed.</summary>
    Refused = 1,

    /// <summary>The name has no address.</summary>
    UnknownName,

    /// <summary>The name could not be looked up just now.</summary>
    NameServerSilent,

    /// <summary>No address took the connection.</summary>
    Unreachable,

    /// <summary>There was one, which broke after the request had been sent.</summary>
    Broken,
}

/// <summary>Carries the reason through the handler, which lets a connection fail by an exception only.</summary>
internal sealed class ConnectFault(ConnectFaultKind kind, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>What kind of reason.</summary>
    public ConnectFaultKind Kind { get; } = kind;
}
