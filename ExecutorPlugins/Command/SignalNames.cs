using System.Globalization;

namespace FuncExec.ExecutorPlugins.Command;

/// <summary>The names of signals by their numbers on Linux.</summary>
internal static class SignalNames
{
    private static readonly string[] Names =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
        "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    /// <summary>The name; of a real-time signal its number.</summary>
    public static string Of(int signal) =>
        signal > 0 && signal < Names.Length ? Names[signal] : string.Create(CultureInfo.InvariantCulture, $"SIG{signal}");
}
