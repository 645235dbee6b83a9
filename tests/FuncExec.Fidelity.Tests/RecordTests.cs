using FuncExec.Tests.Shared;

namespace FuncExec.Fidelity.Tests;

/// <summary>What is recorded, and the page that tells of it.</summary>
public sealed class RecordTests
{
    private static readonly string s_page = Path.Combine(Repository.Root, "docs", "fidelity.md");

    [Fact]
    public void What_is_not_the_same_has_an_answer_of_its_own_and_a_reason() => Assert.All(RecordedFact.All, static fact =>
    {
        Assert.NotEqual(Verdict.None, fact.Verdict);
        if (fact.Verdict == Verdict.Same)
        {
            Assert.Null(fact.Ours);
            Assert.Null(fact.Reason);
        }
        else
        {
            Assert.NotNull(fact.Ours);
            Assert.NotEqual(fact.Official, fact.Ours);
            Assert.False(string.IsNullOrWhiteSpace(fact.Reason), $"No reason is given for '{fact.Question}'.");
        }
    });

    [Fact]
    public void The_page_has_the_tables_of_what_is_recorded()
    {
        string page = File.ReadAllText(s_page);
        string wanted = FactPage.Update(page, RecordedFact.All);
        string draft = Path.Combine(AppContext.BaseDirectory, "fidelity.md");
        File.WriteAllText(draft, wanted);

        Assert.True(page == wanted, $"docs/fidelity.md does not tell what facts.json records. What it should be: {draft}");
    }
}
