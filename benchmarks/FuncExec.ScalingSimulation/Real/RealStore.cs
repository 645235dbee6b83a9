using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FuncExec.Tests.Shared;
using Npgsql;

namespace FuncExec.ScalingSimulation.Real;

/// <summary>A PostgreSQL of the run's own with one node over it that takes jobs, and KEDA's question to it.</summary>
internal sealed class RealStore : IAsyncDisposable
{
    private const string Hub = "main";

    private readonly PostgresServer _server;
    private readonly int _slots;
    private readonly string _labels =
        $"os=linux,arch={RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()},executor=command,executor=http";

    private RealNode? _api;
    private NpgsqlConnection? _connection;

    private RealStore(PostgresServer server, int slots)
    {
        _server = server;
        _slots = slots;
        string key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        Settings = new Dictionary<string, string>
        {
            ["FUNCEXEC_KEY"] = key,
            ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = Hub,
            ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"] = "postgresql",
            ["ConnectionStrings__PostgreSQL"] = server.ConnectionString(),
            ["FuncExec__KillGrace"] = "500ms",
        };
        Http.DefaultRequestHeaders.Add("x-functions-key", key);
    }

    /// <summary>Speaks to the node that takes jobs, with the key.</summary>
    internal HttpClient Http { get; } = new() { Timeout = TimeSpan.FromMinutes(1) };

    /// <summary>What every node over it is set to.</summary>
    internal IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Starts both and waits until jobs are taken.</summary>
    internal static async Task<RealStore> StartAsync(RealSettings settings, CancellationToken cancellationToken)
    {
        // A node holds up to 17 connections, and there are as many workers as start before others have drained.
        var store = new RealStore(await PostgresServer.StartAsync("max_connections=1000").ConfigureAwait(false), settings.Fleet.Slots);
        try
        {
            await store.StartAsync(settings.Executable, settings.Directory, cancellationToken).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What KEDA is told.</summary>
    internal async Task<int> RecommendAsync(CancellationToken cancellationToken)
    {
        using var question = new NpgsqlCommand($"SELECT funcexec_{Hub}.scale_recommendation('{Hub}', $1, $2)", _connection);
        question.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _labels });
        question.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _slots });
        return (int)(await question.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        if (_api is not null)
        {
            await _api.DisposeAsync().ConfigureAwait(false);
        }

        await _server.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StartAsync(string executable, string directory, CancellationToken cancellationToken)
    {
        int port = FreePort();
        Http.BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var settings = new Dictionary<string, string>(Settings) { ["FuncExec__Role"] = "api" };
        _api = RealNode.Start(executable, directory, "api", TimeSpan.Zero, ["--urls", Http.BaseAddress.ToString()], settings);
        while (!await IsReadyAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_api.ExitCode is { } code)
            {
                throw new InvalidOperationException($"The node that takes jobs has ended with {code}:\n{_api.Log}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        }

        _connection = new NpgsqlConnection(_server.ConnectionString() + ";Pooling=false");
        await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
