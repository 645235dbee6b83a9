namespace FuncExec.Fidelity.Tests;

/// <summary>Asks our runtime what the official host was asked.</summary>
public sealed class FactTests(FactApp app) : IClassFixture<FactApp>
{
    public static TheoryData<string> Questions { get; } = [.. RecordedFact.All.Select(static fact => fact.Question)];

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Our_answer_is_the_official_one_or_the_one_that_was_reasoned_for(string question)
    {
        RecordedFact fact = RecordedFact.All.Single(fact => fact.Question == question);

        Assert.True(app.Answers.TryGetValue(question, out Task<string>? answer), "The app does not know this question.");
        Assert.Equal(fact.Expected, await answer);
    }

    [Fact]
    public void All_questions_of_the_app_are_recorded() =>
        Assert.Equal(app.Questions, RecordedFact.All.Select(static fact => fact.Question));
}
