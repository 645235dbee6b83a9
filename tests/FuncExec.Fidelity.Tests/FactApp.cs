using System.Diagnostics;
using System.Net.Http.Json;
using FuncExec.Tests.Shared;

namespace FuncExec.Fidelity.Tests;

/// <summary>The app of the facts in a process of its own, on our runtime. All its questions are asked at its start, a few at once.</summary>
public sealed class FactApp : IAsyncLifetime
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private static readonly string s_program = Path.Combine(
        Repository.Root, "tests", "FuncExec.Fidelity.App", "bin", Repository.Configuration, Repository.Framework, "FuncExec.Fidelity.App.dll");

    private readonly string _directory = Directory.CreateTempSubdirectory("funcexec-fidelity.").FullName;
    private readonly SemaphoreSlim _places = new(6);
    private Process? _process;
    private HttpClient? _http;

    /// <summary>The questions that the app has.</summary>
    public IReadOnlyList<string> Questions { get; private set; } = [];

    /// <summary>What it answers to each.</summary>
    public IReadOnlyDictionary<string, Task<string>> Answers { get; private set; } = new Dictionary<string, Task<string>>();

    public async Task InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet", [s_program, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true };
        start.Environment["FuncExec__DataDirectory"] = _directory;
        start.Environment["FuncExec__Http__NoAuth"] = "true";
        _process = Process.Start(start)!;
        string address = await ReadAddressAsync(_process).WaitAsync(s_limit);
        _ = _process.StandardOutput.ReadToEndAsync();
        _http = new HttpClient { BaseAddress = new Uri(address), Timeout = s_limit };
        Questions = (await _http.GetFromJsonAsync<string[]>("/api/facts"))!;
        Answers = Questions.ToDictionary(static question => question, AskAsync);
    }

    public async Task DisposeAsync()
    {
        _http?.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<string> ReadAddressAsync(Process process)
    {
        var before = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            before.Add(line);
            int at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at >= 0)
            {
                return line[(at + Listening.Length)..];
            }
        }

        throw new InvalidOperationException("The app ended instead of listening:\n" + string.Join('\n', before));
    }

    private async Task<string> AskAsync(string question)
    {
        await _places.WaitAsync();
        try
        {
            using HttpResponseMessage response = await _http!.PostAsync($"/api/facts?at={_http.BaseAddress!.GetLeftPart(UriPartial.Authority)}", new StringContent(question));
            string answer = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode ? answer : $"{(int)response.StatusCode}: {answer}";
        }
        finally
        {
            _places.Release();
        }
    }
}
