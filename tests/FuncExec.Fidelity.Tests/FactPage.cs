using System.Text;

namespace FuncExec.Fidelity.Tests;

/// <summary>The parts of <c>docs/fidelity.md</c> that are made of the recorded facts; each is between two comments there.</summary>
internal static class FactPage
{
    private const int ShownLength = 110;

    /// <summary>The page with these parts made anew.</summary>
    public static string Update(string page, IReadOnlyList<RecordedFact> facts)
    {
        page = Replace(page, "numbers", Numbers(facts));
        page = Replace(page, "facts", Facts(facts.Where(static fact => !fact.IsManagement)));
        return Replace(page, "management", Management(facts.Where(static fact => fact.IsManagement)));
    }

    private static string Replace(string page, string part, string text)
    {
        string begin = $"<!-- {part}: made of facts.json -->\n";
        string end = $"<!-- end of {part} -->";
        int from = page.IndexOf(begin, StringComparison.Ordinal);
        int to = page.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= 0 && to > from, $"The page has no place for the {part}.");
        return $"{page[..(from + begin.Length)]}{text}{page[to..]}";
    }

    private static string Numbers(IReadOnlyList<RecordedFact> facts)
    {
        string Count(Verdict verdict) => $"{facts.Count(fact => fact.Verdict == verdict)} *{Word(verdict)}*";
        return $"{facts.Count} facts: {Count(Verdict.Same)}, {Count(Verdict.Better)}, {Count(Verdict.Different)}.\n";
    }

    private static string Facts(IEnumerable<RecordedFact> facts)
    {
        var table = new StringBuilder("| what | | the official host | here, where it is not the same, and why |\n| --- | --- | --- | --- |\n");
        foreach (RecordedFact fact in facts)
        {
            string here = fact.Ours is null ? "" : $"{Shown(fact.Ours)}: {fact.Reason}";
            table.Append($"| {fact.Question} | {Word(fact.Verdict)} | {Shown(fact.Official)} | {here} |\n");
        }

        return table.ToString();
    }

    private static string Management(IEnumerable<RecordedFact> facts)
    {
        var table = new StringBuilder("| request | | what differs | why |\n| --- | --- | --- | --- |\n");
        foreach (RecordedFact fact in facts)
        {
            string fields = fact.Ours is null ? "" : string.Join("; ", ToldAnswer.Compare(fact.Official, fact.Ours));
            table.Append($"| `{fact.Question}` | {Word(fact.Verdict)} | {fields} | {fact.Reason} |\n");
        }

        return table.ToString();
    }

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Shown(string answer)
    {
        string line = answer.Replace('\n', ' ').Replace('`', '\'').Replace("|", "\\|", StringComparison.Ordinal);
        return answer.Length == 0 ? "nothing" : $"`{(line.Length > ShownLength ? line[..ShownLength] + "…" : line)}`";
    }
}
