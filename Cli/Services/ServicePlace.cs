namespace FuncExec.Cli.Services;

/// <summary>Whose a service is.</summary>
internal enum ServicePlace
{
    /// <summary>In this process.</summary>
    Here = 1,

    /// <summary>In the process of another command line, for as long as that needs it.</summary>
    OtherCommandLine,

    /// <summary>A service that runs by itself.</summary>
    Server,
}
