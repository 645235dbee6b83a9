using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace FuncExec.Ledger.Values;

/// <summary>Cursors of lists: base64url of a letter that names the list and where the next page begins.</summary>
internal static class Cursor
{
    private const int Longest = 8 * 1024;
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>After this text, such as a job's id or an artifact's name.</summary>
    internal static string Of(char list, string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(list + text));

    /// <summary>From this task on.</summary>
    internal static string Of(char list, int step, int index) =>
        Of(list, string.Create(CultureInfo.InvariantCulture, $"{step}/{index}"));

    /// <exception cref="BadCursorException">It is not a cursor of this list.</exception>
    internal static string ReadText(char list, string cursor)
    {
        try
        {
            string text = cursor.Length > Longest ? "" : s_strict.GetString(Base64Url.DecodeFromChars(cursor));
            return text.Length > 1 && text[0] == list && Of(list, text[1..]) == cursor ? text[1..] : throw new BadCursorException();
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new BadCursorException();
        }
    }

    /// <exception cref="BadCursorException">It is not a cursor of this list.</exception>
    internal static (int Step, int Index) ReadTask(char list, string cursor)
    {
        string[] parts = ReadText(list, cursor).Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? (step, index)
            : throw new BadCursorException();
    }
}
