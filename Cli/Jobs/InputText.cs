using System.Text;

namespace FuncExec.Cli.Jobs;

/// <summary>Reads text for a job: bounded, and UTF-8 or nothing.</summary>
internal static class InputText
{
    /// <summary>The most that a command gets as its standard input, in bytes.</summary>
    public const int MostInput = 256 * 1024;

    private const int MostDocument = 32 * 1024 * 1024;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>This process's standard input, for the command.</summary>
    /// <exception cref="CliException">It is too long, or not UTF-8.</exception>
    public static async Task<string> ReadInputAsync(CancellationToken cancellationToken)
    {
        byte[] bytes = await ReadAsync(Console.OpenStandardInput(), MostInput, cancellationToken)
            ?? throw new CliException($"Standard input has more than {MostInput / 1024} KiB, the most that a job holds. Hand the command the name of a file.");
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new CliException("Standard input is not UTF-8, and a job holds text only. Hand the command the name of a file.", exception);
        }
    }

    /// <summary>A job document's bytes.</summary>
    /// <param name="path">Its file; <c>-</c> for standard input.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="CliException">It cannot be read, or is too long.</exception>
    public static async Task<byte[]> ReadDocumentAsync(string path, CancellationToken cancellationToken)
    {
        string spelled = path == "-" ? "Standard input" : $"'{path}'";
        try
        {
            await using Stream stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            byte[] bytes = await ReadAsync(stream, MostDocument, cancellationToken)
                ?? throw new CliException($"{spelled} has more than {MostDocument / 1024 / 1024} MiB, the most that a job document has.");
            return bytes.Length > 0 ? bytes : throw new CliException($"{spelled} is empty. A job document is JSON, such as {{\"command\": \"uname\"}}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CliException($"The job document {spelled} cannot be read: {exception.Message}", exception);
        }
    }

    private static async Task<byte[]?> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        MemoryStream read = new();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            int count = await stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
            {
                return read.ToArray();
            }

            if (read.Length + count > most)
            {
                return null;
            }

            read.Write(buffer, 0, count);
        }
    }
}
