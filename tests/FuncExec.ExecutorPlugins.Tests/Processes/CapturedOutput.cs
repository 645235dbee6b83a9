using System.Text;

namespace FuncExec.ExecutorPlugins.Tests.Processes;

/// <summary>Keeps everything that is written, and tells when a stream contains something.</summary>
internal sealed class CapturedOutput : ITaskOutput
{
    private readonly Lock _gate = new();
    private readonly Dictionary<OutputStream, MemoryStream> _streams = new()
    {
        [OutputStream.Stdout] = new MemoryStream(),
        [OutputStream.Stderr] = new MemoryStream(),
    };

    private readonly List<(Func<string, bool> Condition, TaskCompletionSource Seen)> _waiting = [];

    public string Stdout => Text(OutputStream.Stdout);

    public string Stderr => Text(OutputStream.Stderr);

    public long Length(OutputStream stream)
    {
        lock (_gate)
        {
            return _streams[stream].Length;
        }
    }

    public void Write(OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _streams[stream].Write(bytes);
            if (_waiting.Count > 0)
            {
                string text = Text(OutputStream.Stdout);
                foreach ((Func<string, bool> condition, TaskCompletionSource seen) in _waiting.Where(waiting => waiting.Condition(text)))
                {
                    seen.TrySetResult();
                }
            }
        }
    }

    /// <summary>Completes when standard output meets the condition.</summary>
    public Task Until(Func<string, bool> condition)
    {
        lock (_gate)
        {
            TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((condition, seen));
            if (condition(Stdout))
            {
                seen.SetResult();
            }

            return seen.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>The process ids that a command has announced, one a line: <c>pid 123</c>.</summary>
    public int[] Pids() =>
        [.. Stdout.Split('\n').Where(static line => line.StartsWith("pid ", StringComparison.Ordinal)).Select(static line => int.Parse(line[4..]))];

    private string Text(OutputStream stream)
    {
        lock (_gate)
        {
            return Encoding.UTF8.GetString(_streams[stream].GetBuffer(), 0, (int)_streams[stream].Length);
        }
    }
}
