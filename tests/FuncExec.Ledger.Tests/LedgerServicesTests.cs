using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Tests;

/// <summary>The registration.</summary>
public sealed class LedgerServicesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ledger-services-").FullName;

    [Fact]
    public async Task An_app_gets_one_ledger_and_one_blob_store_of_its_data_directory()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddLedger(_ => _directory);
        await using ServiceProvider provider = services.BuildServiceProvider();
        IJobLedger ledger = provider.GetRequiredService<IJobLedger>();
        IBlobStore blobs = provider.GetRequiredService<IBlobStore>();

        await ledger.OpenAsync(CancellationToken.None);
        await blobs.OpenAsync(CancellationToken.None);

        Assert.Same(ledger, provider.GetRequiredService<IJobLedger>());
        Assert.Same(provider.GetRequiredService<JobSignals>(), provider.GetRequiredService<JobSignals>());
        Assert.Contains(_directory, ledger.Description, StringComparison.Ordinal);
        Assert.Contains(_directory, blobs.Description, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
