using System.Text.RegularExpressions;
using FuncExec.Cli.Services;
using FuncExec.Ledger;
using FuncExec.Ledger.Files;
using FuncExec.Ledger.Postgres;
using FuncExec.Ledger.Sqlite;
using FuncExec.Runtime.Functions;
using FuncExec.Runtime.Postgres;
using FuncExec.Runtime.Sqlite;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Cli.Migration;

/// <summary>Where a service keeps its data, as a command line names it.</summary>
/// <param name="Word">A data directory, or <see cref="PostgreSql"/>.</param>
/// <param name="HubName">The hub's name.</param>
/// <param name="ConnectionString">Answers that of the database; asked only where it is needed.</param>
internal sealed partial record PlaceName(string Word, string HubName, Func<string> ConnectionString)
{
    /// <summary>The database.</summary>
    public const string PostgreSql = "postgresql";

    /// <summary>Whether it is the database.</summary>
    public bool IsDatabase => Word.Equals(PostgreSql, StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens it.</summary>
    /// <param name="mustExist">Whether what is not there is a mistake; else it is made.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="CliException">It cannot be used. The stores throw what they throw at a start.</exception>
    public async Task<MigrationPlace> OpenAsync(bool mustExist, CancellationToken cancellationToken)
    {
        if (!HubNames().IsMatch(HubName))
        {
            throw new CliException($"'{HubName}' is no hub's name: it has 1 to 64 letters, digits, '-' and '_'.");
        }

        List<ITransferStore> stores = [];
        IMovableBlobs? blobs = null;
        try
        {
            if (IsDatabase)
            {
                string connection = ConnectionString();
                stores.Add(await PostgresHubTransfer.OpenAsync(connection, HubName, mustExist, cancellationToken));
                stores.Add(await PostgresLedgerTransfer.OpenAsync(connection, HubName, mustExist, cancellationToken));
                blobs = PostgresBlobStore.ForTransfer(connection, HubName);
            }
            else
            {
                PrepareDirectory(mustExist);
                stores.Add(SqliteHubTransfer.Open(Word, HubName, mustExist));
                stores.Add(new DataDirectoryTransfer(Word));
                stores.Add(SqliteLedgerTransfer.Open(Word, mustExist));
                blobs = new FileBlobStore(Word);
            }

            await blobs.OpenAsync(cancellationToken);
            return new MigrationPlace
            {
                Description = IsDatabase ? stores[0].Description : $"SQLite in {Word}",
                Word = Word,
                Stores = stores,
                Blobs = blobs,
            };
        }
        catch
        {
            await DisposeAsync(stores, blobs);
            throw;
        }
    }

    private void PrepareDirectory(bool mustExist)
    {
        if (!mustExist)
        {
            DataDirectories.Prepare(Word);
        }
        else if (!Directory.Exists(Word))
        {
            throw new CliException($"There is no directory '{Word}'. Name the data directory of a service that has run, or '{PostgreSql}'.");
        }
    }

    private static async Task DisposeAsync(List<ITransferStore> stores, IMovableBlobs? blobs)
    {
        if (blobs is not null)
        {
            await blobs.DisposeAsync();
        }

        foreach (ITransferStore store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HubNames();
}
