using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;

namespace FuncExec.Orchestrator.Tests.Running;

public sealed class PlacementsTests
{
    [Fact]
    public void Tasks_in_a_row_that_are_alike_are_one()
    {
        IReadOnlyList<Placement>? placements = Placements.Of(
            [("a", null, false), ("a", null, false), (null, null, false), ("a", 3, false), ("a", 3, false), ("a", 4, false), ("a", 4, true)]);

        Assert.Equal(
            [
                new Placement { Count = 2, RunsOn = "a" }, new Placement { Count = 1 }, new Placement { Count = 2, RunsOn = "a", Priority = 3 },
                new Placement { Count = 1, RunsOn = "a", Priority = 4 }, new Placement { Count = 1, RunsOn = "a", Priority = 4, StaysWithJob = true },
            ],
            placements!);
        Assert.Null(Placements.Of([(null, null, false), (null, null, false)]));
    }

    [Fact]
    public void Each_lane_is_told_of_its_own_tasks()
    {
        PlannedJob job = new()
        {
            MaxParallelism = 600,
            Steps = [new PlannedStep { Name = "s", Tasks = 900, Placements = Placements.Of(Enumerable.Range(0, 900).Select(At)) }],
        };

        IReadOnlyList<LanePlan> lanes = Lanes.Of("j", job, 0);

        Assert.Equal(3, lanes.Count);
        foreach (LanePlan lane in lanes)
        {
            List<(string?, int?, bool)> told = [.. lane.Placements!.SelectMany(static run => Enumerable.Repeat((run.RunsOn, run.Priority, run.StaysWithJob), run.Count))];
            Assert.Equal(Enumerable.Range(0, lane.Count).Select(n => At(lane.IndexOf(n))), told);
        }

        static (string? RunsOn, int? Priority, bool StaysWithJob) At(int index) => index < 450 ? ("first", null, false) : (null, index % 10, index % 4 < 2);
    }

    [Fact]
    public void Names_of_the_tags_stand_in_histories()
    {
        Assert.Equal("funcexec.runsOn", FunctionNames.RunsOnTag);
        Assert.Equal("funcexec.priority", FunctionNames.PriorityTag);
        Assert.Equal("funcexec.affinity", FunctionNames.AffinityTag);
    }

    [Theory]
    [InlineData("gpu", true)]
    [InlineData("os=linux", true)]
    [InlineData("zone:eu/1+2@x.y-z_", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a,b", false)]
    [InlineData("=a", false)]
    [InlineData("a=", false)]
    [InlineData("a=b=c", false)]
    [InlineData("ä", false)]
    public void Labels_are_words_or_pairs(string text, bool expected) => Assert.Equal(expected, Labels.IsLabel(text));

    [Fact]
    public void A_label_has_at_most_100_characters() =>
        Assert.Equal((true, false), (Labels.IsLabel(new string('a', 100)), Labels.IsLabel(new string('a', 101))));
}
