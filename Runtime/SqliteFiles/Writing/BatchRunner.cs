using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Opening;

namespace FuncExec.Runtime.SqliteFiles.Writing;

/// <summary>
/// Runs a batch of operations in one transaction. It hopes that none has to be undone and sets no savepoints; when
/// one has, everything is rolled back and run again with a savepoint each, so that only that one is refused.
/// </summary>
internal sealed class BatchRunner<TStore>(TStore store, string path, StoreKind kind)
    where TStore : WritingStore
{
    /// <summary>Runs the batch. Afterwards each operation has its answer or its error.</summary>
    internal void Run(List<WriteOperation<TStore>> batch)
    {
        long begun = StoreMetrics.Begin();
        try
        {
            if (!TryTogether(batch))
            {
                OneByOne(batch);
            }

            StoreMetrics.Committed(begun, kind, batch.Count);
        }
        catch (SqliteException e)
        {
            FailAll(batch, e);
        }
    }

    private bool TryTogether(List<WriteOperation<TStore>> batch)
    {
        store.Begin();
        foreach (WriteOperation<TStore> operation in batch)
        {
            if (!TryKeep(operation))
            {
                store.Rollback();
                return batch.Count == 1;
            }
        }

        Commit(batch);
        return true;
    }

    private void OneByOne(List<WriteOperation<TStore>> batch)
    {
        store.Begin();
        foreach (WriteOperation<TStore> operation in batch)
        {
            store.BeginOne();
            operation.Error = null;
            if (TryKeep(operation))
            {
                store.KeepOne();
            }
            else
            {
                store.UndoOne();
            }
        }

        Commit(batch);
    }

    private bool TryKeep(WriteOperation<TStore> operation)
    {
        try
        {
            return operation.Run(store) == Verdict.Keep;
        }
        catch (SqliteException e) when (!e.IsStoreFailure)
        {
            operation.Error = kind.Rejected(
                $"The {kind.Name} cannot store this; nothing was changed. ({e.Message})", e);
            return false;
        }
        catch (Exception e) when (e is not SqliteException)
        {
            // Whatever one operation stumbles over (a damaged value, say) is its own and not its neighbours'.
            operation.Error = e;
            return false;
        }
    }

    private void Commit(List<WriteOperation<TStore>> batch)
    {
        store.Commit();
        foreach (WriteOperation<TStore> operation in batch)
        {
            if (operation.Error is null)
            {
                operation.Committed(store);
            }
        }
    }

    private void FailAll(List<WriteOperation<TStore>> batch, SqliteException failure)
    {
        StoreMetrics.Failed(kind, batch.Count);
        string message = FailureText.Of(failure, path, kind);
        try
        {
            store.Rollback();
        }
        catch (SqliteException e)
        {
            // The next batch finds the transaction still open, fails at its beginning and tries the rollback again.
            message += $" Rolling back failed too. ({e.Message})";
        }

        foreach (WriteOperation<TStore> operation in batch)
        {
            operation.Error = kind.Unavailable(message, failure);
        }
    }
}
