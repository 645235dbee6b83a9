using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace FuncExec.ExecutorPlugins.Processes.Linux.Survivors;

/// <summary>Ends what dead lives of the service have left: SIGTERM, the grace, SIGKILL, until nothing of it is there.</summary>
internal sealed partial class SurvivorCleanup(string directory, TimeSpan grace, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan BlindPause = TimeSpan.FromSeconds(1);

    /// <summary>What outlives SIGKILL for so long is not ours to end.</summary>
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(10);

    /// <summary>Completes when nothing is left. Lives that still live are not touched.</summary>
    public async Task RunAsync()
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (string path in Directory.GetFiles(directory))
        {
            // One that had only begun has started nothing, and is as good as unreadable.
            if (!path.EndsWith(SurvivorFile.Suffix, StringComparison.Ordinal) && !path.EndsWith(SurvivorFile.Suffix + SurvivorFile.UnfinishedSuffix, StringComparison.Ordinal))
            {
                continue;
            }

            try
            {
                using SafeFileHandle locked = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                await EndAsync(Read(locked), path).ConfigureAwait(false);
                File.Delete(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Kept(logger, path, exception.Message); // Its service lives.
            }
        }
    }

    private async Task EndAsync(SurvivorFile? file, string path)
    {
        if (file is null)
        {
            Unreadable(logger, path);
        }
        else if (file.BootId == BootClock.BootId)
        {
            await EndAsync(new DeadLife(file)).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(DeadLife life)
    {
        IReadOnlyList<ProcStat> survivors = await FindAsync(life).ConfigureAwait(false);
        if (survivors.Count > 0)
        {
            Found(logger, survivors.Count);
            Send(survivors, LibC.SigTerm);
            Send(survivors, LibC.SigCont);
            survivors = await WaitAsync(life, grace, kill: false).ConfigureAwait(false);
        }

        if (survivors.Count > 0 || life.OwnsGroup)
        {
            survivors = await WaitAsync(life, GiveUp, kill: true).ConfigureAwait(false);
        }

        if (survivors.Count > 0)
        {
            LeftBehind(logger, string.Join(", ", survivors.Select(static process => process.Pid)));
        }

        await RemoveAsync(life.Group).ConfigureAwait(false);
    }

    /// <summary>A group stays busy for a moment after its last process has been killed.</summary>
    private async Task RemoveAsync(ControlGroup? group)
    {
        long began = time.GetTimestamp();
        while (group?.TryRemove() == false && time.GetElapsedTime(began) < BlindPause)
        {
            await Task.Delay(Look, time).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<ProcStat>> WaitAsync(DeadLife life, TimeSpan limit, bool kill)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            IReadOnlyList<ProcStat> survivors = await FindAsync(life).ConfigureAwait(false);
            if (kill && survivors.Count > 0)
            {
                _ = life.OwnsGroup && life.Group!.Kill();
                Send(survivors, LibC.SigKill);
            }

            if (survivors.Count == 0 || time.GetElapsedTime(began) >= limit)
            {
                return survivors;
            }

            await Task.Delay(Look, time).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a descriptor to look with, if there is none: nothing may start before it is known what is left.</summary>
    private async Task<IReadOnlyList<ProcStat>> FindAsync(DeadLife life)
    {
        while (true)
        {
            try
            {
                return life.FindSurvivors();
            }
            catch (ProcessTableException exception)
            {
                Blind(logger, exception);
                await Task.Delay(BlindPause, time).ConfigureAwait(false);
            }
        }
    }

    private static void Send(IReadOnlyList<ProcStat> processes, int signal)
    {
        foreach (ProcStat process in processes)
        {
            ProcessSignals.Send(process, signal);
        }
    }

    private static SurvivorFile? Read(SafeFileHandle file)
    {
        byte[] bytes = new byte[RandomAccess.GetLength(file)];
        int length = RandomAccess.Read(file, bytes, 0);
        return SurvivorFile.Read(bytes.AsSpan(0, length));
    }

    [LoggerMessage(3032, LogLevel.Warning, "An earlier life of this service was killed and left {Count} processes; they are being ended.")]
    private static partial void Found(ILogger logger, int count);

    [LoggerMessage(3033, LogLevel.Error, "Processes of an earlier life of this service could not be ended: {Survivors}")]
    private static partial void LeftBehind(ILogger logger, string survivors);

    [LoggerMessage(3034, LogLevel.Debug, "{Path} belongs to a service that lives, or cannot be opened: {Reason}")]
    private static partial void Kept(ILogger logger, string path, string reason);

    [LoggerMessage(3035, LogLevel.Warning, "{Path} does not say which processes an earlier life of this service has left; it is deleted.")]
    private static partial void Unreadable(ILogger logger, string path);

    [LoggerMessage(3036, LogLevel.Error, "It cannot be seen now what an earlier life of this service has left, and no command starts until it can.")]
    private static partial void Blind(ILogger logger, Exception exception);
}
