namespace FuncExec.ExecutorPlugins.Processes.Streams;

/// <summary>Writes a command's standard input and closes it.</summary>
internal static class InputPump
{
    /// <summary>Completes when all is written, nobody reads any more, or the token says that the process has ended.</summary>
    public static async Task WriteAsync(Stream stdin, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
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
}
