using System.Diagnostics;
using System.Text;
using FuncExec.ExecutorPlugins.Tests.Processes;

namespace FuncExec.ExecutorPlugins.Tests.Service;

/// <summary>The tests' program, started.</summary>
internal sealed class ServiceProcess : IDisposable
{
    public static readonly string ProgramPath = Path.Combine(AppContext.BaseDirectory, "FuncExec.ExecutorPlugins.Tests");

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly CapturedOutput _output = new();
    private readonly Task _reading;

    private ServiceProcess(ProcessStartInfo info)
    {
        info.RedirectStandardOutput = true;
        info.Environment.Remove("FUNCEXEC_PROCESS");
        info.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
        _process = Process.Start(info)!;
        _reading = ReadAsync();
    }

    public string Stdout => _output.Stdout;

    public int[] Pids => _output.Pids();

    public static ServiceProcess Start(params string[] arguments) => new(new ProcessStartInfo(ProgramPath, arguments));

    /// <summary>Starts it by another program, such as unshare.</summary>
    public static ServiceProcess StartBy(string program, params string[] arguments) => new(new ProcessStartInfo(program, arguments));

    /// <summary>Completes when it has written what is looked for.</summary>
    public Task Until(Func<string, bool> condition) => _output.Until(condition);

    /// <summary>Ends it as the kernel would, alone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Limit);
    }

    /// <summary>All that it writes until it ends.</summary>
    public async Task<string> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        await _reading.WaitAsync(Limit);
        return Stdout;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[4096];
        int count;
        while ((count = await _process.StandardOutput.BaseStream.ReadAsync(buffer)) > 0)
        {
            _output.Write(OutputStream.Stdout, buffer.AsSpan(0, count));
        }
    }
}
