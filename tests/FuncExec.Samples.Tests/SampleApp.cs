using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using FuncExec.Tests.Shared;

namespace FuncExec.Samples.Tests;

/// <summary>A built sample in a process of its own, on a free port of loopback, spoken to over HTTP as its README says.</summary>
internal sealed partial class SampleApp : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _output;

    private SampleApp(Process process, string url, string started, Task<string> output)
    {
        Started = started;
        _process = process;
        _output = output;
        Http = new HttpClient { BaseAddress = new Uri(url), Timeout = s_limit };
    }

    public HttpClient Http { get; }

    /// <summary>What it said until it listened.</summary>
    public string Started { get; }

    public static Task<SampleApp> StartAsync(string name, string dataDirectory) =>
        StartAsync(Path.Combine("samples", name), $"FuncExec.Samples.{name}.dll", dataDirectory);

    /// <summary>Starts another app of the repository.</summary>
    /// <param name="project">Its folder, from the root.</param>
    /// <param name="assembly">Its assembly.</param>
    /// <param name="dataDirectory">Where its data lies.</param>
    public static Task<SampleApp> StartAsync(string project, string assembly, string dataDirectory) => StartProgramAsync(
        Path.Combine(Repository.Root, project, "bin", Repository.Configuration, Repository.Framework, assembly), dataDirectory);

    /// <summary>Starts a built app.</summary>
    /// <param name="path">Its assembly.</param>
    /// <param name="dataDirectory">Where its data lies.</param>
    public static async Task<SampleApp> StartProgramAsync(string path, string dataDirectory)
    {
        var start = new ProcessStartInfo("dotnet", [path, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true };
        start.Environment["FuncExec__DataDirectory"] = dataDirectory;
        Process process = Process.Start(start)!;
        try
        {
            (string url, string started) = await ReadUrlAsync(process).WaitAsync(s_limit);
            return new SampleApp(process, url, started, process.StandardOutput.ReadToEndAsync());
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Sends JSON and answers the management links of the instance that this started.</summary>
    public async Task<JsonElement> StartInstanceAsync(string path, object body)
    {
        HttpResponseMessage response = await Http.PostAsJsonAsync(path, body);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Follows a status URL until the instance has finished.</summary>
    public async Task<JsonElement> EndAsync(JsonElement links) =>
        await PollAsync(new Uri(links.GetProperty("statusQueryGetUri").GetString()!), static status =>
            status.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed" or "Terminated");

    /// <summary>Asks again until the answer is as wished.</summary>
    public async Task<JsonElement> PollAsync(Uri uri, Func<JsonElement, bool> isReached)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (true)
        {
            JsonElement answer = await Http.GetFromJsonAsync<JsonElement>(uri, limit.Token);
            if (isReached(answer))
            {
                return answer;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Ends it without warning.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(s_limit);
    }

    /// <summary>Asks it to end, and holds it to that.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using (_process)
        {
            if (_process.HasExited)
            {
                return;
            }

            try
            {
                _ = Signal(_process.Id, SigTerm);
                await _process.WaitForExitAsync().WaitAsync(s_limit);
            }
            finally
            {
                _process.Kill();
            }

            await _output;
            Assert.Equal(0, _process.ExitCode);
        }
    }

    private static async Task<(string Url, string Before)> ReadUrlAsync(Process process)
    {
        var before = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            before.Add(line);
            int at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at >= 0)
            {
                return (line[(at + Listening.Length)..], string.Join('\n', before));
            }
        }

        throw new InvalidOperationException("The sample ended instead of listening:\n" + string.Join('\n', before));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
