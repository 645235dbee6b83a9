using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FuncExec.ScalingSimulation.Real;

/// <summary>A node of the service: a process of its own, which logs into a file.</summary>
internal sealed class RealNode : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly string _log;

    private RealNode(string name, Process process, string log)
    {
        Name = name;
        _process = process;
        _log = log;
    }

    internal string Name { get; }

    /// <summary>When it was decided to start it, in simulated time.</summary>
    internal TimeSpan Started { get; init; }

    /// <summary>Whether it was told to end.</summary>
    internal bool IsDraining { get; private set; }

    /// <summary>Its exit code; null while it lives.</summary>
    internal int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>What it has logged.</summary>
    internal string Log => File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <summary>Starts one.</summary>
    /// <param name="executable">The service's program.</param>
    /// <param name="directory">Where its data directory is made, and its log.</param>
    /// <param name="name">Its name, which no other node has.</param>
    /// <param name="started">When it was decided to start it, in simulated time.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="settings">Its settings, as environment variables.</param>
    internal static RealNode Start(
        string executable, string directory, string name, TimeSpan started, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> settings)
    {
        string log = Path.Combine(directory, name + ".log");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1", log, executable, .. arguments]);
        start.Environment["FuncExec__DataDirectory"] = Path.Combine(directory, name);
        start.Environment["WORKER_ID"] = name;
        start.Environment["LOG_LEVEL"] = "warning";
        foreach ((string setting, string value) in settings)
        {
            start.Environment[setting] = value;
        }

        return new RealNode(name, Process.Start(start)!, log) { Started = started };
    }

    /// <summary>Tells it to end, as Kubernetes does.</summary>
    internal void Drain()
    {
        IsDraining = true;
        _ = NativeMethods.Kill(_process.Id, SigTerm); // One that has just ended by itself is not there to be told.
    }

    /// <summary>Ends it and what it runs, if it lives.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        _process.Dispose();
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "kill")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int Kill(int id, int signal);
    }
}
