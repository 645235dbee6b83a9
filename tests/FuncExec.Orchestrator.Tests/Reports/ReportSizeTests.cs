using System.Text.Json;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Reports;

namespace FuncExec.Orchestrator.Tests.Reports;

public sealed class ReportSizeTests
{
    [Fact]
    public void What_fits_is_not_touched()
    {
        TaskReport[] tasks = [.. Enumerable.Range(0, 100).Select(static i => Task(i, new string('x', 8192)))];

        (IReadOnlyList<TaskReport> listed, int omitted) = ReportSize.Fit(tasks);

        Assert.Equal(tasks, listed);
        Assert.Equal(0, omitted);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('\u0001')]
    [InlineData('ÿ')]
    [InlineData('\n')]
    [InlineData('"')]
    public void Too_much_output_is_cut_and_every_task_stays(char filler)
    {
        TaskReport[] tasks = [.. Enumerable.Range(0, 1_000).Select(i => Task(i, new string(filler, i % 2 == 0 ? 8192 : 3)))];

        (IReadOnlyList<TaskReport> listed, int omitted) = ReportSize.Fit(tasks);

        Assert.Equal(1_000, listed.Count);
        Assert.Equal(0, omitted);
        Assert.All(listed, task => Assert.Equal(task.Index % 2 == 0, task.IsTruncated));
        int length = JsonSerializer.Serialize(listed).Length;
        Assert.InRange(length, ReportSize.Limit * 0.85, ReportSize.Limit);
    }

    [Fact]
    public void Of_too_many_tasks_those_that_failed_are_listed_first()
    {
        TaskReport[] tasks = [.. Enumerable.Range(0, 50_000).Select(static i => Task(i, "out") with
        {
            Status = i == 49_999 ? JobTaskStatus.Failed : JobTaskStatus.Succeeded,
        })];

        (IReadOnlyList<TaskReport> listed, int omitted) = ReportSize.Fit(tasks);

        Assert.Equal(49_999, listed[0].Index);
        Assert.Equal(50_000, listed.Count + omitted);
        Assert.True(JsonSerializer.Serialize(listed).Length <= ReportSize.Limit);
    }

    [Fact]
    public void Cut_never_splits_a_character() => Assert.Equal("😀", JsonText.Tail("😀😀", 18));

    private static TaskReport Task(int index, string stdout) => new()
    {
        Id = $"main/{index}",
        Step = "main",
        Index = index,
        Status = JobTaskStatus.Succeeded,
        Attempts = 1,
        ExitCode = 0,
        Stdout = stdout,
    };
}
