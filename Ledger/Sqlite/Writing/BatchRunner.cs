using FuncExec.Ledger.Sqlite.Files;
using FuncExec.Runtime.Sqlite.Native;

namespace FuncExec.Ledger.Sqlite.Writing;

/// <summary>
/// Runs a batch of operations in one transaction. It hopes that none fails and sets no savepoints; when one does,
/// everything is rolled back and run again with a savepoint each, so that only that one fails.
/// </summary>
internal sealed class BatchRunner(LedgerStore store, JobSignals signals, string path)
{
    /// <summary>Runs the batch. Afterwards each operation has its answer or its error.</summary>
    internal void Run(List<WriteOperation> batch)
    {
        try
        {
            if (!TryTogether(batch))
            {
                OneByOne(batch);
            }
        }
        catch (SqliteException e)
        {
            FailAll(batch, e);
        }

        // Watchers look when they are told, so they are told what can be seen: after the commit.
        foreach (string job in store.TakeChanged())
        {
            signals.Announce(job);
        }
    }

    private bool TryTogether(List<WriteOperation> batch)
    {
        store.Begin();
        foreach (WriteOperation operation in batch)
        {
            if (!TryRun(operation))
            {
                store.Rollback();
                return batch.Count == 1;
            }
        }

        store.Commit();
        return true;
    }

    private void OneByOne(List<WriteOperation> batch)
    {
        store.Begin();
        foreach (WriteOperation operation in batch)
        {
            store.BeginOne();
            operation.Error = null;
            if (TryRun(operation))
            {
                store.KeepOne();
            }
            else
            {
                store.UndoOne();
            }
        }

        store.Commit();
    }

    private bool TryRun(WriteOperation operation)
    {
        try
        {
            operation.Run(store);
            return true;
        }
        catch (SqliteException e) when (!e.IsStoreFailure)
        {
            operation.Error = new LedgerUnavailableException(
                $"The ledger cannot store this; nothing was changed. ({e.Message})", e);
            return false;
        }
        catch (Exception e) when (e is not SqliteException)
        {
            // Whatever one operation stumbles over (misuse, a damaged value) is its own and not its neighbours'.
            operation.Error = e;
            return false;
        }
    }

    private void FailAll(List<WriteOperation> batch, SqliteException failure)
    {
        string message = FailureText.Of(failure, path);
        try
        {
            store.Rollback();
        }
        catch (SqliteException e)
        {
            // The next batch finds the transaction still open, fails at its beginning and tries the rollback again.
            message += $" Rolling back failed too. ({e.Message})";
        }

        foreach (WriteOperation operation in batch)
        {
            operation.Error = new LedgerUnavailableException(message, failure);
        }
    }
}
