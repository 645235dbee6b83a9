using FuncExec.Ledger.Azure.Jobs;

namespace FuncExec.Ledger.Azure.Tables;

/// <summary>Which version of its rows' forms a table has, so that a program refuses what it does not know.</summary>
internal static class LedgerVersion
{
    /// <summary>The only one so far.</summary>
    private const int Known = 1;

    private const string Partition = "V";
    private const string Key = "0";

    /// <summary>Reads the version, or writes it to a table that is new.</summary>
    /// <exception cref="LedgerStartException">The table has a later one.</exception>
    internal static async Task CheckAsync(LedgerTable table, CancellationToken cancellationToken)
    {
        TableRow? row = await table.FindAsync(Partition, Key, cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            var first = new TableRow(Partition, Key, LedgerJson.Write(new VersionData(Known), LedgerJson.Default.VersionData));
            await table.ChangeAsync([new TableChange.Insert(first)], cancellationToken).ConfigureAwait(false);
            row = await table.FindAsync(Partition, Key, cancellationToken).ConfigureAwait(false) ?? first;
        }

        int version = LedgerJson.Read(row, LedgerJson.Default.VersionData).Version;
        if (version > Known)
        {
            throw new LedgerStartException(
                $"The ledger's table at {table.Address.GetLeftPart(UriPartial.Path)} has version {version}; this program knows versions up to {Known}. "
                + "Run the program version that wrote it, or a newer one.");
        }
    }
}

/// <summary>The version of a table.</summary>
internal sealed record VersionData(int Version);
