using System.Text;

namespace FuncExec.Cli.Output;

/// <summary>What funcexec itself says, on standard error.</summary>
internal static class Messages
{
    /// <summary>Why it could not do what it was asked for.</summary>
    public static void Error(string text) => Write($"funcexec: {text}\n");

    /// <summary>What is good to know.</summary>
    public static void Note(string text) => Write($"funcexec: {text}\n");

    private static void Write(string text)
    {
        try
        {
            StandardStream.Error.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // Nobody reads it, and there is no other place to say so.
        }
    }
}
