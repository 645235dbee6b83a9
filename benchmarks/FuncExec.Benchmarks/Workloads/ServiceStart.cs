using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FuncExec.Benchmarks.Measuring;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>The service starts as a process over an empty data directory and is asked over HTTP until it answers.</summary>
internal sealed class ServiceStart : Workload
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(2);

    public override string Name => "service-start";

    public override string Description => "start of the service's process to its first HTTP answer, empty hub";

    public override IReadOnlyList<Figure> Figures { get; } = [new("", "s", Bound.AtMost, 0.5)];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        string url = $"http://127.0.0.1:{FreePort()}";
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        var start = new ProcessStartInfo(Path.Combine(Repository.OutputOf("WorkerFunctions"), "WorkerFunctions"), ["--urls", url]);
        start.RedirectStandardOutput = true; // Not drained: what the start logs fits into the pipe.
        start.Environment["FuncExec__DataDirectory"] = directory;

        long begin = Stopwatch.GetTimestamp();
        using Process service = Process.Start(start)!;
        try
        {
            while (!await AnswersAsync(http))
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

    /// <summary>Any answer counts: without a key it is 401, which the service can say once all of it has started.</summary>
    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri("/api/jobs/none", UriKind.Relative));
            return true;
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
