using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FuncExec.Benchmarks.Measuring;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>The service starts as a process over an empty data directory and is asked over HTTP until it answers.</summary>
internal sealed class ServiceStart : Workload
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    public override string Name => "service-start";

    public override string Description => "start of the service's process to its first HTTP answer, empty hub";

    public override IReadOnlyList<Figure> Figures { get; } = [new("", "s", Bound.AtMost, 0.5)];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        int port = FreePort();
        string url = $"http://127.0.0.1:{port}";
        var start = new ProcessStartInfo(Path.Combine(Repository.OutputOf("WorkerFunctions"), "WorkerFunctions"), ["--urls", url]);
        start.RedirectStandardOutput = true; // Not drained: what the start logs fits into the pipe.
        start.Environment["FuncExec__DataDirectory"] = directory;

        // What asks shares the processors with what starts: its own code is compiled beforehand.
        for (long asked = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(asked) < s_warmUp; await Task.Delay(s_pause))
        {
            await AnswersAsync(port);
        }

        long begin = Stopwatch.GetTimestamp();
        using Process service = Process.Start(start)!;
        try
        {
            while (!await AnswersAsync(port))
            {
                if (service.HasExited || Stopwatch.GetElapsedTime(begin) > s_limit)
                {
                    throw new InvalidOperationException($"The service does not answer on {url}:\n{(service.HasExited ? service.StandardOutput.ReadToEnd() : "")}");
                }

                await Task.Delay(s_pause);
            }

            return [Stopwatch.GetElapsedTime(begin).TotalSeconds];
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync();
        }
    }

    /// <summary>
    /// Any answer counts: without a key it is 401, which the service can say once all of it has started. Over a bare
    /// socket: an HTTP client's own first request would take longer than the answer.
    /// </summary>
    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }

        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /api/jobs/none HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"));
        byte[] answer = new byte[256];
        int length = await socket.ReceiveAsync(answer);
        return Encoding.ASCII.GetString(answer, 0, length).StartsWith("HTTP/1.1 ", StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
