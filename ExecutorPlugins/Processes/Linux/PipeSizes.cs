using System.Globalization;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// Enlarges the pipes of commands that write much: fewer wake-ups for the same bytes. A user has a limited number of
/// pages in pipes, past which every new pipe is made tiny, so that only few are enlarged at once.
/// </summary>
internal static class PipeSizes
{
    private const int EnlargedSize = 1024 * 1024;
    private const string LimitPath = "/proc/sys/fs/pipe-user-pages-soft";

    private static int _left = ReadBudget();

    /// <summary>Enlarges a pipe; true when it was, and is to be given back by <see cref="GiveBack"/> when it is closed.</summary>
    public static bool TryEnlarge(int fd)
    {
        if (Interlocked.Decrement(ref _left) >= 0 && LibC.Fcntl(fd, LibC.SetPipeSize, EnlargedSize) > 0)
        {
            return true;
        }

        GiveBack();
        return false;
    }

    public static void GiveBack() => Interlocked.Increment(ref _left);

    /// <summary>A quarter of what the user may have.</summary>
    private static int ReadBudget()
    {
        const int most = 64;
        try
        {
            long pages = long.Parse(File.ReadAllText(LimitPath), CultureInfo.InvariantCulture);
            return pages == 0 ? most : (int)Math.Min(most, pages * Environment.SystemPageSize / 4 / EnlargedSize);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0; // Where the limit is not told, none is risked.
        }
    }
}
