using System.Text;

namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>Shows the end of an output as text.</summary>
internal static class OutputText
{
    /// <summary>As UTF-8; what is none is shown as U+FFFD. Cut, it does not begin within a character.</summary>
    /// <param name="tail">The last bytes.</param>
    /// <param name="length">How many bytes there are in all.</param>
    public static string Of(ReadOnlySpan<byte> tail, long length)
    {
        int skip = 0;
        if (length > tail.Length)
        {
            while (skip < Math.Min(3, tail.Length) && (tail[skip] & 0xC0) == 0x80)
            {
                skip++;
            }
        }

        return Encoding.UTF8.GetString(tail[skip..]);
    }
}
