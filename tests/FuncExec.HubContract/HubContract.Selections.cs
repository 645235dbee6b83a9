namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    private static readonly ActivitySelection s_long = new ActivitySelection.Named("Long");
    private static readonly ActivitySelection s_notLong = new ActivitySelection.Others(["Long", "None"]);

    [Fact]
    public async Task A_selection_leases_its_own_names_oldest_first_whatever_their_casing()
    {
        long session = await OpenSessionAsync();
        await ScheduleAsync(session, 0, "Long", "b", "LONG", "A", "long", "a", "Longer", "äé");

        Assert.Equal(["Long", "LONG"], await LeaseNamesAsync(session, s_long, 2));
        Assert.Equal(["b", "A", "a"], await LeaseNamesAsync(session, s_notLong, 3));
        Assert.Equal(["long"], await LeaseNamesAsync(session, s_long, 2));
        Assert.Empty(await LeaseNamesAsync(session, new ActivitySelection.Others(["longer", "ÄÉ"]), 2));
        Assert.Empty(await LeaseNamesAsync(session, new ActivitySelection.AnyOf([]), 2));
        Assert.Empty(await LeaseNamesAsync(session, new ActivitySelection.AnyOf(["Long", "None"]), 2));
        Assert.Equal(["äé"], await LeaseNamesAsync(session, new ActivitySelection.AnyOf(["ÄÉ", "None"]), 9));
        Assert.Equal(["Longer"], await LeaseNamesAsync(session, ActivitySelection.All, 9));
        Assert.Empty(await LeaseNamesAsync(session, ActivitySelection.All, 9));
    }

    [Fact]
    public async Task What_a_lost_session_held_outside_of_a_selection_stays_for_the_others()
    {
        long lost = await OpenSessionAsync();
        await ScheduleAsync(lost, 6, "Long", "b", "Long", "a", "Long", "b", "a", "Long");
        await Place.LetTimePassAsync(LeaseTime);
        long next = await OpenSessionAsync();

        Assert.Equal(["Long"], await LeaseNamesAsync(next, s_long, 1));
        Assert.Equal(["b", "a", "b"], await LeaseNamesAsync(next, s_notLong, 3));
        Assert.Equal(["Long", "Long", "Long"], await LeaseNamesAsync(next, s_long, 9));
        Assert.Equal(["a"], await LeaseNamesAsync(next, s_notLong, 9));
        Assert.Equal(
            [2, 2, 2, 2, 2, 2, 1, 1], (await Hub.ReadHeldActivitiesAsync(next, 0, 10, s_never)).Select(activity => activity.TimesLeased));
    }

    [Fact]
    public async Task Selections_may_differ_from_session_to_session()
    {
        long first = await OpenSessionAsync();
        await ScheduleAsync(first, 4, "Long", "b", "Long", "a", "Long", "b");
        await Hub.CloseSessionAsync(first, s_never);
        long second = await OpenSessionAsync();
        long third = await OpenSessionAsync();

        Assert.Equal(["b", "b"], await LeaseNamesAsync(second, new ActivitySelection.Named("B"), 9));
        Assert.Equal(["Long", "Long"], await LeaseNamesAsync(third, ActivitySelection.All, 2));
        Assert.Equal(["Long"], await LeaseNamesAsync(second, s_long, 9));
        Assert.Equal(["a"], await LeaseNamesAsync(third, ActivitySelection.All, 2));
    }

    [Fact]
    public async Task Purged_instances_activities_of_a_selection_do_not_count()
    {
        long session = await OpenSessionAsync();
        await ScheduleAsync(session, 0, InstanceStatus.Completed, "gone", "Long", "b", "Long");
        await ScheduleAsync(session, 0, "Long", "b");
        await Hub.PurgeInstanceAsync("gone", s_never);

        Assert.Equal(["Long"], await LeaseNamesAsync(session, s_long, 1));
        Assert.Equal(["b"], await LeaseNamesAsync(session, s_notLong, 1));
        Assert.Empty(await LeaseNamesAsync(session, ActivitySelection.All, 1));
    }

    [Fact]
    public async Task Many_names_are_merged_by_age()
    {
        long session = await OpenSessionAsync();
        string[] names = [.. Enumerable.Range(0, 300).Select(static at => $"Name{at * 7 % 11}")];
        await ScheduleAsync(session, 0, names);

        List<string> leased = [];
        for (IEnumerable<string> some = []; leased.Count < 300; leased.AddRange(some))
        {
            some = await LeaseNamesAsync(session, ActivitySelection.All, 7);
            Assert.NotEmpty(some);
        }

        Assert.Equal(names, leased);
    }

    private Task ScheduleAsync(long session, int leased, params string[] names) =>
        ScheduleAsync(session, leased, InstanceStatus.Running, "a", names);

    private async Task ScheduleAsync(long session, int leased, InstanceStatus status, string id, params string[] names)
    {
        Running instance = await StartAsync(id, session);
        await CommitAsync(instance.Turn(status) with
        {
            NewActivities = [.. names.Select(static (name, at) => new NewActivity { TaskId = at, Name = name })],
            LeaseActivities = leased,
        });
    }

    private async Task<IEnumerable<string>> LeaseNamesAsync(long session, ActivitySelection selection, int max) =>
        (await Hub.LeaseActivitiesAsync(session, selection, max, s_never)).Select(static activity => activity.Activity.Name);
}
