using System.Diagnostics;

namespace FuncExec.ExecutorPlugins.Processes.Portable;

/// <summary>Pumps a process's three streams together: one after the other hangs as soon as a pipe is full.</summary>
internal sealed class StreamPump(Process process, ReadOnlyMemory<byte> input, ITaskOutput output) : IDisposable
{
    private readonly Lock _order = new();

    /// <summary>Completes when both outputs have ended or the token says that they were waited for long enough.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Task reading = Task.WhenAll(
            ReadAsync(process.StandardOutput.BaseStream, OutputStream.Stdout, cancellationToken),
            ReadAsync(process.StandardError.BaseStream, OutputStream.Stderr, cancellationToken));
        await Task.WhenAll(WriteAsync(cancellationToken), reading).ConfigureAwait(false);
    }

    public void Dispose()
    {
        process.StandardOutput.Dispose();
        process.StandardError.Dispose();
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            Stream stdin = process.StandardInput.BaseStream;
            await using (stdin.ConfigureAwait(false))
            {
                await stdin.WriteAsync(input, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // A reader that has closed its end has read what it wanted: no mistake of anybody's.
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process has ended; nobody reads the rest.
        }
    }

    private async Task ReadAsync(Stream stream, OutputStream kind, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                lock (_order)
                {
                    output.Write(kind, buffer.AsSpan(0, count));
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Something that outlived the process holds the pipe; what it writes is not the command's.
        }
    }
}
