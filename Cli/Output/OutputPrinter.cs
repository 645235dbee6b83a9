using FuncExec.Cli.Services;

namespace FuncExec.Cli.Output;

/// <summary>
/// Brings output to its reader exactly once and in order, whatever the stream of events repeats; and stops, for good, when
/// it cannot be written.
/// </summary>
/// <param name="writer">Shows it.</param>
internal sealed class OutputPrinter(IOutputWriter writer)
{
    private readonly Dictionary<OutputKey, long> _shown = [];
    private readonly TaskCompletionSource<IOException> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when output cannot be written any more, with the reason.</summary>
    public Task<IOException> Fault => _fault.Task;

    /// <summary>Shows what of some bytes has not been shown. A gap before them is what the service does not keep.</summary>
    public void Show(OutputKey key, long offset, ReadOnlySpan<byte> bytes)
    {
        long known = _shown.GetValueOrDefault(key);
        if (offset + bytes.Length > known)
        {
            Write(key, bytes[(int)Math.Max(0, known - offset)..]);
            _shown[key] = offset + bytes.Length;
        }
    }

    /// <summary>Nothing more comes of this run of a task.</summary>
    public void End(string task)
    {
        if (!_fault.Task.IsCompleted)
        {
            try
            {
                writer.End(task);
            }
            catch (IOException exception)
            {
                _fault.TrySetResult(exception);
            }
        }
    }

    private void Write(OutputKey key, ReadOnlySpan<byte> bytes)
    {
        if (!_fault.Task.IsCompleted)
        {
            try
            {
                writer.Write(key, bytes);
            }
            catch (ClosedOutputException) when (key.IsError)
            {
                // A command whose standard error nobody reads goes on.
            }
            catch (IOException exception)
            {
                _fault.TrySetResult(exception);
            }
        }
    }
}
