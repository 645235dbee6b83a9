using System.Text;
using FuncExec.Cli.Services;

namespace FuncExec.Cli.Output;

/// <summary>
/// The output of several tasks: whole lines, each behind the id of its task, so that they can be told apart. A line longer
/// than <see cref="LongestLine"/> is shown in parts.
/// </summary>
/// <param name="allToError">Whether standard output is kept free for something else.</param>
internal sealed class PrefixedOutput(bool allToError) : IOutputWriter
{
    /// <summary>The longest line that is held back until it ends, in bytes.</summary>
    public const int LongestLine = 64 * 1024;

    private readonly Dictionary<(string Task, bool IsError), MemoryStream> _begun = [];
    private readonly MemoryStream _ready = new();

    public void Write(OutputKey key, ReadOnlySpan<byte> bytes)
    {
        _ready.SetLength(0);
        byte[] prefix = Encoding.UTF8.GetBytes($"[{key.Task}] ");
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            _begun.Remove((key.Task, key.IsError), out MemoryStream? begun);
            if (end < 0 && (begun?.Length ?? 0) + part.Length <= LongestLine)
            {
                begun ??= new MemoryStream();
                begun.Write(part);
                _begun.Add((key.Task, key.IsError), begun);
                break;
            }

            AddLine(prefix, begun, part);
            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }

        Flush(key.IsError);
    }

    public void End(string task)
    {
        foreach (bool isError in new[] { false, true })
        {
            if (_begun.Remove((task, isError), out MemoryStream? begun))
            {
                _ready.SetLength(0);
                AddLine(Encoding.UTF8.GetBytes($"[{task}] "), begun, []);
                Flush(isError);
            }
        }
    }

    private void AddLine(byte[] prefix, MemoryStream? begun, ReadOnlySpan<byte> rest)
    {
        _ready.Write(prefix);
        begun?.WriteTo(_ready);
        _ready.Write(rest);
        _ready.WriteByte((byte)'\n');
    }

    private void Flush(bool isError)
    {
        if (_ready.Length > 0)
        {
            (isError || allToError ? StandardStream.Error : StandardStream.Out).Write(_ready.GetBuffer().AsSpan(0, (int)_ready.Length));
        }
    }
}
