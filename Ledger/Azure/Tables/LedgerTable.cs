using System.Diagnostics;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using FuncExec.Ledger.Azure.Account;

namespace FuncExec.Ledger.Azure.Tables;

/// <summary>The ledger's table; what fails is told as ours.</summary>
internal sealed class LedgerTable(TableClient client)
{
    /// <summary>The most rows that change together.</summary>
    internal const int MostInBatch = 100;

    /// <summary>The most bytes of values that change together: a request has 4 MiB, and writes them as base64.</summary>
    internal const int MostWeightInBatch = 2_500_000;

    private const int MostTries = 7;

    private static readonly string[] s_keys = ["PartitionKey", "RowKey", "Timestamp"];

    private readonly StorageErrors _errors = new(client.AccountName, client.Uri, "table", "Storage Table Data Contributor");

    /// <summary>Where it is.</summary>
    internal Uri Address => client.Uri;

    /// <summary>How requests are tried again: what is transient, with the pause that the service asks for.</summary>
    internal static TableClientOptions Options()
    {
        // One that the emulator knows too, as for the blobs.
        TableClientOptions options = new(TableClientOptions.ServiceVersion.V2020_12_06);
        options.Retry.MaxRetries = 6;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(10);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(30);
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        return options;
    }

    /// <summary>Makes it, unless it is there.</summary>
    internal Task CreateAsync(CancellationToken cancellationToken) =>
        _errors.GuardAsync(() => client.CreateIfNotExistsAsync(cancellationToken), cancellationToken);

    /// <summary>A row, or null.</summary>
    internal Task<TableRow?> FindAsync(string partition, string key, CancellationToken cancellationToken) =>
        FindAsync(partition, key, null, cancellationToken);

    /// <summary>The version of a row, or null where there is none.</summary>
    internal async Task<ETag?> FindVersionAsync(string partition, string key, CancellationToken cancellationToken) =>
        (await FindAsync(partition, key, s_keys, cancellationToken).ConfigureAwait(false))?.ETag;

    /// <summary>Rows in the order of their keys, page by page.</summary>
    /// <param name="range">Which.</param>
    /// <param name="most">The most rows of a page.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal async IAsyncEnumerable<TableRow> ListAsync(TableRange range, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<Page<TableEntity>> pages = client
            .QueryAsync<TableEntity>(range.Filter, Math.Clamp(most, 1, 1_000), range.KeysOnly ? s_keys : null, cancellationToken)
            .AsPages().GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            while (await _errors.GuardAsync(() => pages.MoveNextAsync().AsTask(), cancellationToken).ConfigureAwait(false))
            {
                DateTimeOffset? answeredAt = pages.Current.GetRawResponse().Headers.Date;
                foreach (TableEntity entity in pages.Current.Values)
                {
                    yield return TableRow.Of(entity, answeredAt);
                }
            }
        }
    }

    /// <summary>Changes rows of one partition, all or none.</summary>
    internal Task<TableOutcome> ChangeAsync(IReadOnlyList<TableChange> changes, CancellationToken cancellationToken)
    {
        TableTransactionAction[] actions = [.. changes.Select(ToAction)];
        return _errors.GuardAsync<TableOutcome>(() => SubmitAsync(actions, cancellationToken), cancellationToken);
    }

    /// <summary>Writes a row, whatever stands there.</summary>
    internal Task PutAsync(TableRow row, CancellationToken cancellationToken) =>
        _errors.GuardAsync(() => client.UpsertEntityAsync(row.ToEntity(), TableUpdateMode.Replace, cancellationToken), cancellationToken);

    /// <summary>Deletes a row of a version, or of any. One that is not there so is left.</summary>
    internal Task DeleteAsync(string partition, string key, ETag? etag, CancellationToken cancellationToken) => _errors.GuardAsync(
        async () =>
        {
            try
            {
                return await client.DeleteEntityAsync(partition, key, etag ?? ETag.All, cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException failed) when (IsConflict(failed))
            {
                return failed.GetRawResponse();
            }
        },
        cancellationToken);

    private Task<TableRow?> FindAsync(string partition, string key, string[]? properties, CancellationToken cancellationToken) => _errors.GuardAsync(
        async () =>
        {
            try
            {
                Response<TableEntity> found = await client.GetEntityAsync<TableEntity>(partition, key, properties, cancellationToken).ConfigureAwait(false);
                return TableRow.Of(found.Value, found.GetRawResponse().Headers.Date);
            }
            catch (RequestFailedException failed) when (failed.Status == 404 && !IsGone(failed))
            {
                return null;
            }
        },
        cancellationToken);

    private async Task<TableOutcome> SubmitAsync(TableTransactionAction[] actions, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                Response<IReadOnlyList<Response>> done = await client.SubmitTransactionAsync(actions, cancellationToken).ConfigureAwait(false);
                return new TableOutcome.Changed(done.Value[0].Headers.ETag ?? default);
            }
            catch (RequestFailedException failed) when (IsConflict(failed))
            {
                return new TableOutcome.Conflict();
            }
            catch (TableTransactionFailedException failed) when (failed.Status is 429 or >= 500 && tries < MostTries)
            {
                // The pipeline saw a success, with the refusal inside, and so did not try again.
                await Task.Delay(TimeSpan.FromMilliseconds(100 << tries), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TableTransactionAction ToAction(TableChange change) => change switch
    {
        TableChange.Insert insert => new TableTransactionAction(TableTransactionActionType.Add, insert.Row.ToEntity()),
        TableChange.Put put => new TableTransactionAction(TableTransactionActionType.UpsertReplace, put.Row.ToEntity()),
        TableChange.Replace replace => new TableTransactionAction(TableTransactionActionType.UpdateReplace, replace.Row.ToEntity(), replace.ETag),
        TableChange.Delete delete => new TableTransactionAction(
            TableTransactionActionType.Delete, new TableEntity(delete.Partition, delete.Key), delete.ETag),
        _ => throw new UnreachableException(),
    };

    private static bool IsConflict(RequestFailedException failed) => failed.Status is 404 or 409 or 412 && !IsGone(failed);

    /// <summary>The table itself is not there, which nobody expects after it was opened.</summary>
    private static bool IsGone(RequestFailedException failed) =>
        failed.ErrorCode == TableErrorCode.TableNotFound || failed.ErrorCode == TableErrorCode.TableBeingDeleted;
}
