using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Runtime.Functions.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Tests.Support;

/// <summary>An app in this process: real server on a free port of loopback, real hub in a directory of its own.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IHost _host;

    private TestApp(IHost host, TestDirectory directory, RecordedLog log)
    {
        _host = host;
        Directory = directory;
        Log = log;
        string address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new Uri(address);
        Http = new HttpClient { BaseAddress = Address, Timeout = Patience };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public TestDirectory Directory { get; }

    public RecordedLog Log { get; }

    public IServiceProvider Services => _host.Services;

    public DurableTaskClient Client => Services.GetRequiredService<DurableTaskClient>();

    public string Key => File.ReadAllText(Path.Combine(Directory.Data, "key")).Trim();

    /// <summary>Starts an app with the functions of some classes.</summary>
    public static Task<TestApp> StartAsync(params Type[] types) => StartAsync(new TestAppOptions { Types = types });

    public static async Task<TestApp> StartAsync(TestAppOptions options)
    {
        TestDirectory directory = options.Directory ?? new TestDirectory();
        RecordedLog log = new();
        IHost? host = null;
        try
        {
            host = Build(options, directory, log);
            await host.StartAsync();
            return new TestApp(host, directory, log);
        }
        catch
        {
            if (host is IAsyncDisposable built)
            {
                await built.DisposeAsync();
            }

            if (!directory.Kept)
            {
                directory.Dispose();
            }

            throw;
        }
    }

    /// <summary>Sends a request with the key.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using HttpRequestMessage request = new(method, path);
        request.Headers.Add("x-functions-key", Key);
        if (json is not null)
        {
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        }

        return await Http.SendAsync(request);
    }

    /// <summary>Sends a request with the key.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.Headers.Add("x-functions-key", Key);
        return Http.SendAsync(request);
    }

    public async Task<string> GetStringAsync(string path)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path);
        return await response.Content.ReadAsStringAsync();
    }

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Waits for the end of an orchestration.</summary>
    public async Task<OrchestrationMetadata> WaitAsync(string instanceId)
    {
        using CancellationTokenSource patience = new(Patience);
        return await Client.WaitForInstanceCompletionAsync(instanceId, true, patience.Token);
    }

    /// <summary>Looks again and again at a state outside of the process's memory, until something holds.</summary>
    public static async Task WaitForAsync(Func<bool> holds)
    {
        using CancellationTokenSource patience = new(Patience);
        while (!holds())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Ends the app as <c>using IHost</c> does.</summary>
    public void DisposeSynchronously()
    {
        Http.Dispose();
        _host.Dispose();
    }

    /// <summary>Stops the app as a signal does.</summary>
    public async Task StopAsync()
    {
        Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await _host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        if (!Directory.Kept)
        {
            Directory.Dispose();
        }
    }

    private static IHost Build(TestAppOptions options, TestDirectory directory, RecordedLog log)
    {
        if (options.HostJson is not null)
        {
            File.WriteAllText(Path.Combine(directory.App, "host.json"), options.HostJson);
        }

        RuntimeSource source = new RuntimeSource
        {
            Directory = directory.App,
            Entry = typeof(TestApp).Assembly,
            Types = options.Types,
        }.With([
            .. options.OwnAddress ? Array.Empty<string>() : ["--urls", "http://127.0.0.1:0"],
            "--FuncExec:DataDirectory", directory.Data,
            .. options.Arguments]);
        if (options.HostBuilder is { } configure)
        {
            HostBuilder old = new();
            old.Properties[RuntimeSource.PropertyKey] = source;
            configure(old);
            return old.ConfigureLogging(logging => logging.ClearProviders().AddProvider(log)).Build();
        }

        FunctionsApplicationBuilder builder = new(source);
        if (options.WebModel)
        {
            builder.ConfigureFunctionsWebApplication();
        }

        options.Configure?.Invoke(builder);
        builder.Logging.ClearProviders().AddProvider(log);
        return builder.Build();
    }
}

internal sealed record TestAppOptions
{
    public IReadOnlyList<Type> Types { get; init; } = [];

    public bool WebModel { get; init; } = true;

    public string? HostJson { get; init; }

    public string[] Arguments { get; init; } = [];

    public bool OwnAddress { get; init; }

    public Action<FunctionsApplicationBuilder>? Configure { get; init; }

    public Action<IHostBuilder>? HostBuilder { get; init; }

    public TestDirectory? Directory { get; init; }
}

/// <summary>What an app logged.</summary>
internal sealed class RecordedLog : ILoggerProvider
{
    public ConcurrentQueue<(string Category, LogLevel Level, string Text)> Records { get; } = new();

    public bool Has(string text) => Records.Any(record => record.Text.Contains(text, StringComparison.Ordinal));

    public int Count(LogLevel level) => Records.Count(record => record.Level == level);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(RecordedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Records.Enqueue((category, logLevel, $"{formatter(state, exception)} {exception?.Message}"));
    }
}
