using System.Globalization;
using System.Text;

namespace FuncExec.Cli.Migration;

/// <summary>Shows counts and checksums of both sides.</summary>
internal static class MigrationTable
{
    /// <summary>So much of a checksum is shown; all of it is compared.</summary>
    private const int ShownDigits = 16;

    public static string Format(IEnumerable<MigrationLine> lines)
    {
        StringBuilder text = new();
        Add(text, "", "source", "checksum", "target", "checksum", "");
        foreach (MigrationLine line in lines)
        {
            Add(
                text, line.Name, Spell(line.Source.Count), line.Source.Checksum[..ShownDigits], Spell(line.Target.Count), line.Target.Checksum[..ShownDigits],
                line.IsEqual ? "equal" : "DIFFERENT");
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, string name, string source, string sourceSum, string target, string targetSum, string verdict)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{name,-16} {source,12}  {sourceSum,-ShownDigits} {target,12}  {targetSum,-ShownDigits}  {verdict}");
        text.Append(line.TrimEnd()).Append('\n');
    }

    private static string Spell(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
