using System.Text;

namespace FuncExec.Cli.Jobs;

/// <summary>
/// Finds arguments that are not UTF-8: the framework has put U+FFFD in their place by now, and a job, which is JSON, could
/// not hold them either.
/// </summary>
internal static class ExactArguments
{
    private const char Replacement = '\ufffd';

    /// <summary>Checks the words that go into a job.</summary>
    /// <exception cref="CliException">One was not UTF-8.</exception>
    public static void Check(IEnumerable<string> words)
    {
        if (words.FirstOrDefault(static word => word.Contains(Replacement)) is { } suspect && !IsExact())
        {
            throw new CliException($"'{suspect}' is not UTF-8, and a job holds text only. Let the command read it from a file.");
        }
    }

    private static bool IsExact()
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes("/proc/self/cmdline"));
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true; // No such file here: believe the framework.
        }
    }
}
