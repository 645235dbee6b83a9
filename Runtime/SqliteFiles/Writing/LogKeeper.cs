using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Reading;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.SqliteFiles.Writing;

/// <summary>
/// Keeps the write-ahead log short: copies it into the file every few thousand pages, after the commit was answered.
/// Readers that follow one another without a gap would keep the log from ever beginning anew; past a bound they are
/// held for as long as that takes.
/// </summary>
internal sealed partial class LogKeeper(WritingStore store, IReaderHold readers, StoreKind kind, ILogger logger)
{
    /// <summary>16 MiB: small enough to copy in a few milliseconds, large enough that a page is copied once for many commits.</summary>
    internal const int PagesToCopy = 4_000;

    /// <summary>64 MiB.</summary>
    internal const int PagesToRestart = 16_000;

    private int _retryAt;

    /// <summary>Whether the log should be copied; asked by the leader.</summary>
    internal bool IsDue => store.WalPages >= Math.Max(PagesToCopy, _retryAt);

    internal void Tidy()
    {
        if (!IsDue)
        {
            return;
        }

        try
        {
            int before = store.WalPages;
            if (before >= PagesToRestart)
            {
                using (readers.Hold())
                {
                    store.Checkpoint(restart: true);
                }
            }
            else
            {
                store.Checkpoint(restart: false);
            }

            // What readers still needed is tried again some pages later, not after every commit.
            _retryAt = store.WalPages == 0 ? 0 : before + PagesToCopy;
        }
        catch (SqliteException e)
        {
            _retryAt = store.WalPages + PagesToCopy;
            CheckpointFailed(logger, kind.Name, e);
        }
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning,
        Message = "The write-ahead log could not be copied into the {Store}'s file; it grows until this succeeds. Is the disk full?")]
    private static partial void CheckpointFailed(ILogger logger, string store, Exception exception);
}
