using System.Diagnostics;
using System.Text;
using Azure.Storage.Blobs;
using FuncExec.Ledger.Azure.Blobs;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>The storage emulator, one for all tests, on a free port, its data in a directory of its own.</summary>
public sealed class Azurite : IAsyncLifetime
{
    private const string Listening = "successfully listens on ";
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly string _directory = Directory.CreateTempSubdirectory("azurite-").FullName;
    private Process? _process;
    private Task? _reading;
    private Uri? _address;
    private int _containers;

    /// <summary>Where its blob service is, without an account.</summary>
    public Uri Address => _address!;

    /// <summary>The account.</summary>
    internal BlobServiceClient Open() => new(ConnectionString(Address), BlobContainer.Options());

    /// <summary>A connection string over an address, which may be a proxy's.</summary>
    public static string ConnectionString(Uri address, string key = Key) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};BlobEndpoint={address.AbsoluteUri.TrimEnd('/')}/{Account};";

    /// <summary>The name of a container that nobody has.</summary>
    public string NewContainer() => $"test-{Interlocked.Increment(ref _containers)}-{Guid.NewGuid():N}";

    public async Task InitializeAsync()
    {
        string root = Path.Combine(RepositoryRoot(), "tests", "azurite", "node_modules");
        string node = Path.Combine(root, ".bin", "node");
        Assert.True(File.Exists(node), "The storage emulator is not there: run ./test, or 'npm ci' in tests/azurite.");
        ProcessStartInfo start = new(
            node,
            [Path.Combine(root, "azurite", "dist", "src", "blob", "main.js"), "--blobHost", "127.0.0.1", "--blobPort", "0", "--location", _directory, "--disableTelemetry"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StringBuilder said = new();
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput, address, said), ReadAsync(_process.StandardError, address, said));
        Task first = await Task.WhenAny(address.Task, _process.WaitForExitAsync()).WaitAsync(s_limit);
        Assert.True(first == address.Task, $"The storage emulator ended: {said}");
        _address = await address.Task;
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().WaitAsync(s_limit);
            await _reading!.WaitAsync(s_limit);
            _process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static async Task ReadAsync(StreamReader reader, TaskCompletionSource<Uri> address, StringBuilder said)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            int at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at >= 0)
            {
                address.TrySetResult(new Uri(line[(at + Listening.Length)..].Trim()));
            }
            else if (!address.Task.IsCompleted)
            {
                lock (said)
                {
                    said.AppendLine(line);
                }
            }
        }
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "FuncExec.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }
}

[CollectionDefinition(Name)]
public sealed class AzuriteCollection : ICollectionFixture<Azurite>
{
    public const string Name = "Azurite";
}
