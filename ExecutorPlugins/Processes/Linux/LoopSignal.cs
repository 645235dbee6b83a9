namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>What is posted to a process.</summary>
internal enum LoopSignal
{
    /// <summary>Its time is over.</summary>
    Timeout = 1,

    /// <summary>The caller gave up.</summary>
    Cancel,

    /// <summary>It is to end at once.</summary>
    Kill,

    /// <summary>Look again whether its tree is gone.</summary>
    Tick,

    /// <summary>There is room for standard output again.</summary>
    OutputRoom,

    /// <summary>There is room for standard error again.</summary>
    ErrorRoom,
}

/// <summary>Which of a process's descriptors; two bits of an epoll key.</summary>
internal enum StreamKind
{
    /// <summary>The process itself: readable when it has ended.</summary>
    Process = 0,

    /// <summary>Its standard input.</summary>
    Input = 1,

    /// <summary>Its standard output.</summary>
    Output = 2,

    /// <summary>Its standard error.</summary>
    Error = 3,
}
