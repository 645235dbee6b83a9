using System.CommandLine;

namespace FuncExec.Cli.Commands;

/// <summary>
/// The words after <c>run</c>, in three parts. Arguments of the command are taken as they are, whatever they look like: a
/// parser of options would drop an empty one, and take <c>--args --</c> for the end of the options.
/// </summary>
/// <param name="Options">The options of <c>run</c> itself.</param>
/// <param name="Args">The values of <c>--args</c>.</param>
/// <param name="Command">What stands after <c>--</c>, or null when there is no <c>--</c>.</param>
internal sealed record RunWords(string[] Options, IReadOnlyList<string> Args, IReadOnlyList<string>? Command)
{
    /// <summary>The option whose every value is one argument.</summary>
    public const string ArgsOption = "--args";

    /// <summary>Takes them apart.</summary>
    /// <exception cref="CliException"><c>--args</c> is the last word.</exception>
    public static RunWords Split(ReadOnlySpan<string> words, Command run)
    {
        HashSet<string> valued = [.. run.Options
            .Where(static option => option.Arity.MinimumNumberOfValues > 0)
            .SelectMany(static option => option.Aliases.Append(option.Name))];
        List<string> options = [];
        List<string> args = [];
        for (int index = 0; index < words.Length; index++)
        {
            string word = words[index];
            if (word == "--")
            {
                return new RunWords([.. options], args, words[(index + 1)..].ToArray());
            }

            if (word == ArgsOption)
            {
                args.Add(++index < words.Length
                    ? words[index]
                    : throw new CliException("--args needs a value: one argument of the command. An empty one is ''."));
            }
            else if (word.StartsWith(ArgsOption + "=", StringComparison.Ordinal))
            {
                args.Add(word[(ArgsOption.Length + 1)..]);
            }
            else
            {
                options.Add(word);
                if (valued.Contains(word) && index + 1 < words.Length)
                {
                    options.Add(words[++index]);
                }
            }
        }

        return new RunWords([.. options], args, null);
    }
}
