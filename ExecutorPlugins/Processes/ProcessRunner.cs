using FuncExec.ExecutorPlugins.Processes.Linux;
using FuncExec.ExecutorPlugins.Processes.Portable;
using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>Chooses the process runner for this machine.</summary>
public static partial class ProcessRunner
{
    /// <summary>
    /// The fast runner where it works, else the portable one, which says in the log why. Compiled with
    /// <c>-p:ProcessLibrary=CliWrap</c>, CliWrap's everywhere.
    /// </summary>
    /// <exception cref="ProcessRunnerException">The survivors' directory cannot be written to.</exception>
    public static IProcessRunner Create(TimeProvider time, ILoggerFactory loggerFactory, ProcessRunnerOptions options)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        ArgumentNullException.ThrowIfNull(options);
#if CLIWRAP
        return new CliWrap.CliWrapProcessRunner(time);
#else
        ILogger logger = loggerFactory.CreateLogger(typeof(ProcessRunner).FullName!);
        if (LinuxProcessRunner.WhyNotSupported() is { } reason)
        {
            UsingPortable(logger, reason);
            return new PortableProcessRunner(time);
        }

        return new LinuxProcessRunner(time, loggerFactory.CreateLogger<LinuxProcessRunner>(), options);
#endif
    }

    [LoggerMessage(3001, LogLevel.Warning, "Commands run by the portable process runner, which is slower and does not find every process a command leaves behind: {Reason}")]
    private static partial void UsingPortable(ILogger logger, string reason);
}
