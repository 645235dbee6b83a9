using FuncExec.ExecutorPlugins;
using FuncExec.WorkerFunctions.Api.Events;

namespace FuncExec.WorkerFunctions.Tests.Api;

public sealed class CursorTextTests
{
    private const string Job = "01kaz4dh6a8xw3gnm5bq2rt7cd";

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(long.MaxValue, 64)]
    public void Cursor_is_read_as_it_was_written(long number, int attempts)
    {
        EventCursor cursor = Cursor(number, attempts);

        Assert.True(CursorText.TryRead(Job, CursorText.Write(Job, cursor), out EventCursor? read));
        Assert.Equal(number, read.Number);
        Assert.True(read.IsWhole);
        Assert.Equal(Describe(cursor), Describe(read));
    }

    [Fact]
    public void Cursor_with_very_many_attempts_has_those_with_output()
    {
        EventCursor cursor = Cursor(7, 1_000);

        Assert.True(CursorText.TryRead(Job, CursorText.Write(Job, cursor), out EventCursor? read));
        Assert.False(read.IsWhole);
        Assert.Equal(Describe(cursor).Where(static text => !text.EndsWith(" 0 0", StringComparison.Ordinal)), Describe(read));
    }

    [Fact]
    public void Every_change_of_a_letter_is_seen()
    {
        string text = CursorText.Write(Job, Cursor(1_000, 3));
        for (int i = 0; i < text.Length; i++)
        {
            char other = text[i] == 'A' ? 'B' : 'A';
            Assert.False(CursorText.TryRead(Job, string.Concat(text.AsSpan(0, i), [other], text.AsSpan(i + 1)), out _) && !IsPadding(text, i, other));
            Assert.False(CursorText.TryRead(Job, text[..i], out _));
        }

        Assert.False(CursorText.TryRead("01kaz4dh6a8xw3gnm5bq2rt7ce", text, out _));
        Assert.False(CursorText.TryRead(Job, text + "AA", out _));
        Assert.False(CursorText.TryRead(Job, new string('A', 100_000), out _));
    }

    /// <summary>The last letter of base64 may have bits that stand for nothing.</summary>
    private static bool IsPadding(string text, int i, char other)
    {
        string changed = string.Concat(text.AsSpan(0, i), [other], text.AsSpan(i + 1));
        return i == text.Length - 1
            && System.Buffers.Text.Base64Url.DecodeFromChars(changed).AsSpan().SequenceEqual(System.Buffers.Text.Base64Url.DecodeFromChars(text));
    }

    private static EventCursor Cursor(long number, int attempts)
    {
        EventCursor cursor = new() { Number = number };
        for (int i = 0; i < attempts; i++)
        {
            OpenAttempt open = new(i + 1, i * 1_000L);
            open.Offset(OutputStream.Stdout) = i % 3 == 0 ? 0 : (long)i << 40;
            open.Offset(OutputStream.Stderr) = i % 3 == 2 ? i : 0;
            cursor.Open.Add(new TaskPlace(i % 5, i * 1_000), open);
        }

        return cursor;
    }

    private static List<string> Describe(EventCursor cursor) => [.. cursor.Open.Select(static pair =>
        $"{pair.Key} {pair.Value.Attempt} {pair.Value.Token} {pair.Value.Offset(OutputStream.Stdout)} {pair.Value.Offset(OutputStream.Stderr)}")];
}
