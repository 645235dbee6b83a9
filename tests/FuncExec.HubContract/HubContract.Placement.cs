namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    private static readonly LabelSet s_linuxGpu = LabelSet.Parse("os=linux,gpu");

    [Fact]
    public async Task Activities_are_granted_only_to_nodes_that_have_all_their_labels()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with
        {
            NewActivities =
            [
                Placed(0, "gpu,os=linux"), Placed(1, "os=linux"), Placed(2, ""), Placed(3, "GPU"), Placed(4, "os=windows"), Placed(5, "os=linux,gpu"),
            ],
        });

        Assert.Equal([2], await LeaseTasksAsync(session, ActivitySelection.All, 9));
        Assert.Equal([1], await LeaseTasksAsync(session, On("arch=x64,os=linux"), 9));
        Assert.Equal([0], await LeaseTasksAsync(session, On("arch=x64,gpu,os=linux"), 1));
        Assert.Equal([5], await LeaseTasksAsync(session, On("gpu,os=linux"), 9));
        Assert.Equal([3, 4], await LeaseTasksAsync(session, On("GPU,gpu,os=windows"), 9));
    }

    [Fact]
    public async Task Labels_and_names_are_selected_together()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with
        {
            NewActivities =
            [
                Placed(0, "gpu") with { Name = "Long" }, Placed(1, "gpu"), Placed(2, "") with { Name = "LONG" }, Placed(3, ""),
            ],
        });

        Assert.Equal([2], await LeaseTasksAsync(session, s_long, 9));
        Assert.Equal([0], await LeaseTasksAsync(session, s_long with { Labels = LabelSet.Parse("gpu") }, 9));
        Assert.Equal([1, 3], await LeaseTasksAsync(session, s_notLong with { Labels = LabelSet.Parse("gpu") }, 9));
    }

    [Fact]
    public async Task More_urgent_activities_go_first_and_of_the_same_the_oldest()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with
        {
            NewActivities = [Urgent(0, 5), Urgent(1, 0), Urgent(2, 9), Urgent(3, 5) with { Name = "Other" }, Urgent(4, 9), Urgent(5, 6)],
        });

        Assert.Equal([2, 4], await LeaseTasksAsync(session, ActivitySelection.All, 2));
        Assert.Equal([5, 0, 3, 1], await LeaseTasksAsync(session, ActivitySelection.All, 9));
    }

    [Fact]
    public async Task What_has_waited_a_step_longer_for_each_level_goes_before_what_is_more_urgent()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        instance = instance with { Version = (await CommitAsync(instance.Turn() with { NewActivities = [Urgent(0, 4)] })).Version };
        for (TimeSpan passed = TimeSpan.Zero; passed <= ActivityPriority.Step; passed += LeaseTime / 2)
        {
            await Place.LetTimePassAsync(LeaseTime / 2);
            Assert.True(await Hub.RenewSessionAsync(session, s_never));
        }

        await CommitAsync(instance.Turn() with { NewActivities = [Urgent(1, 5), Urgent(2, 6)] });

        Assert.Equal([2, 0, 1], await LeaseTasksAsync(session, ActivitySelection.All, 9));
    }

    [Fact]
    public async Task What_a_lost_session_held_keeps_its_labels_and_its_place()
    {
        long lost = await OpenSessionAsync();
        Running instance = await StartAsync("a", lost);
        await CommitAsync(instance.Turn() with
        {
            NewActivities = [Placed(0, "gpu"), Placed(1, "") with { Priority = 1 }, Placed(2, "") with { Priority = 8 }],
            LeaseActivities = 3,
        });
        await Hub.CloseSessionAsync(lost, s_never);
        long next = await OpenSessionAsync();

        Assert.Empty(await Hub.LeaseActivitiesAsync(next, s_long, 9, s_never));
        Assert.Equal([2, 1], await LeaseTasksAsync(next, ActivitySelection.All, 9));
        Assert.Equal([0], await LeaseTasksAsync(next, On("gpu"), 9));
    }

    [Fact]
    public async Task Priority_and_labels_come_back_with_the_lease()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        NewActivity placed = Placed(0, "gpu,os=linux") with { Priority = 7 };
        await CommitAsync(instance.Turn() with { NewActivities = [placed] });

        ActivitySelection selection = ActivitySelection.All with { Labels = s_linuxGpu };
        Assert.Equal(placed, Assert.Single(await Hub.LeaseActivitiesAsync(session, selection, 9, s_never)).Activity);
        Assert.Equal(placed, Assert.Single(await Hub.ReadHeldActivitiesAsync(session, 0, 9, s_never)).Activity);
    }

    private static ActivitySelection On(string labels) => ActivitySelection.All with { Labels = LabelSet.Parse(labels) };

    private static NewActivity Placed(int task, string labels) => new() { TaskId = task, Name = "Activity", RunsOn = LabelSet.Parse(labels) };

    private static NewActivity Urgent(int task, int priority) => new() { TaskId = task, Name = "Activity", Priority = priority };

    private async Task<IEnumerable<int>> LeaseTasksAsync(long session, ActivitySelection selection, int max) =>
        (await Hub.LeaseActivitiesAsync(session, selection, max, s_never)).Select(static activity => activity.Activity.TaskId);
}
