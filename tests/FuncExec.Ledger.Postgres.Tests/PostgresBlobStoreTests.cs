using FuncExec.LedgerContract;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Postgres.Tests;

/// <summary>The PostgreSQL blob store keeps the contract.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresBlobStoreTests(PostgresFixture fixture) : BlobStoreContract(new Places(fixture))
{
    private sealed class Places(PostgresFixture fixture) : IBlobFixture
    {
        public async Task<BlobPlace> NewPlaceAsync() => new OwnPlace(await PostgresPlace.NewAsync(fixture.Server));
    }

    private sealed class OwnPlace(PostgresPlace place) : BlobPlace
    {
        private readonly string _work = Directory.CreateTempSubdirectory("funcexec-blobs-").FullName;

        public override string WorkDirectory => _work;

        public override IBlobStore CreateStore() => new PostgresBlobStore(place.ConnectionString, "Hub", TimeProvider.System, NullLoggerFactory.Instance);

        public override async ValueTask DisposeAsync()
        {
            Directory.Delete(_work, recursive: true);
            await place.DisposeAsync();
        }
    }
}
