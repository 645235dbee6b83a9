using FuncExec.Runtime.Crash.Tests.Running;

namespace FuncExec.Runtime.Crash.Tests.Tracing;

/// <summary>A run of the host with every call that changes a file written down.</summary>
internal static class TracedRun
{
    private const string Calls =
        "trace=openat,write,pwrite64,writev,pwritev,lseek,fsync,fdatasync,ftruncate,?unlink,unlinkat,?rename,?renameat,renameat2";

    /// <summary>Runs to the end and answers what happened, in order.</summary>
    /// <param name="data">Where.</param>
    /// <param name="mode">The host's mode.</param>
    /// <param name="bytes">How much of each write to keep.</param>
    /// <param name="count">Instances a batch.</param>
    /// <param name="ballast">Bytes that each instance carries along.</param>
    /// <param name="batches">The engine is closed and opened between them.</param>
    public static async Task<IReadOnlyList<TraceEvent>> RunAsync(
        DataDirectory data, string mode, int bytes, int count, int ballast, params string[] batches)
    {
        string[] tracer = ["strace", "-f", "-y", "-xx", "-s", $"{bytes}", "-o", data.Trace, "-e", Calls];
        await using (HostProcess host = HostProcess.Start(tracer, [mode, data.Hub, data.Journal, $"{count}", $"{ballast}", .. batches]))
        {
            await host.EndAsync();
        }

        return new TraceReader(HostNode.FileIn(data.Hub), data.Journal).Read(data.Trace);
    }
}
