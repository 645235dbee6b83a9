namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Fact]
    public async Task Instances_are_ready_when_pending_or_with_an_unread_message()
    {
        long session = await OpenSessionAsync();
        await StepAsync(await StartAsync("sleeping", session));
        await StepAsync(await StartAsync("with a message", session));
        await SendAsync("with a message", "x");
        await StartAsync("pending", session);
        await Hub.CreateInstanceAsync(New("pending and free"), null, s_never);
        await SendAsync("pending and free", "x");
        await StartFinishedAsync("finished", session);

        Assert.Equal(["with a message", "pending", "pending and free"], await ReadReadyAsync(session));
        long other = await OpenSessionAsync();
        Assert.Equal(["pending and free"], await ReadReadyAsync(other));
        await Hub.CloseSessionAsync(session, s_never);
        Assert.Equal(["with a message", "pending", "pending and free"], await ReadReadyAsync(other));
    }

    [Fact]
    public async Task An_instance_that_has_begun_anew_is_ready_until_its_first_turn()
    {
        long session = await OpenSessionAsync();
        Running next = await ContinueAsNewAsync(await StepAsync(await StartAsync("a", session)), turn => turn);

        Assert.Equal(["a"], await ReadReadyAsync(session));
        await CommitAsync(next.Turn());
        Assert.Empty(await ReadReadyAsync(session));
    }

    [Fact]
    public async Task Ready_instances_are_read_in_pages()
    {
        long session = await OpenSessionAsync();
        string[] ids = [.. Enumerable.Range(0, 11).Select(i => $"i{i:00}")];
        foreach (string id in ids)
        {
            await StartAsync(id, session);
        }

        var read = new List<string>();
        long? cursor = 0;
        while (cursor is { } after)
        {
            ReadyPage page = await Hub.ReadReadyInstancesAsync(new ReadyRequest(session, after, 3), s_never);
            Assert.True(page.InstanceIds.Count <= 3);
            read.AddRange(page.InstanceIds);
            cursor = page.NextAfterKey;
        }

        Assert.Equal(ids, read);
    }

    [Fact]
    public async Task Ready_instances_can_be_limited_to_partitions()
    {
        long session = await OpenSessionAsync();
        string[] ids = [.. Enumerable.Range(0, 40).Select(i => $"instance {i}")];
        foreach (string id in ids)
        {
            await StartAsync(id, session);
        }

        int[] half = [.. Enumerable.Range(0, Partition.Count / 2)];
        ReadyPage page = await Hub.ReadReadyInstancesAsync(new ReadyRequest(session, 0, 100, half), s_never);

        Assert.Equal(ids.Where(id => Partition.Of(id) < Partition.Count / 2), page.InstanceIds);
    }

    [Fact]
    public async Task A_query_filters_by_status_time_and_prefix()
    {
        long session = await OpenSessionAsync();
        await StartAsync("a%_pending", session);
        await StepAsync(await StartAsync("a%_running", session));
        await StartFinishedAsync("a%_finished", session);
        await StartAsync("A%_upper", session);
        await StartAsync("axx", session);
        await Hub.CreateInstanceAsync(New("ä late") with { CreatedAt = s_created.AddTicks(1) }, null, s_never);

        async Task<string[]> Ids(InstanceQuery query) =>
            [.. (await Hub.QueryInstancesAsync(query, s_never)).Items.Select(item => item.InstanceId)];

        Assert.Equal(["a%_pending", "a%_running", "a%_finished"], await Ids(new() { InstanceIdPrefix = "a%_" }));
        Assert.Equal(["ä late"], await Ids(new() { InstanceIdPrefix = "ä" }));
        Assert.Equal(["a%_running", "a%_finished"], await Ids(new() { Statuses = [InstanceStatus.Completed, InstanceStatus.Running] }));
        Assert.Equal(
            ["a%_pending", "a%_running", "A%_upper", "axx", "ä late"],
            await Ids(new() { Statuses = [InstanceStatus.Running, InstanceStatus.Pending, InstanceStatus.Running] }));
        Assert.Equal(["a%_running"], await Ids(new() { Statuses = [InstanceStatus.Running], InstanceIdPrefix = "a" }));
        Assert.Equal(["ä late"], await Ids(new() { CreatedFrom = s_created.AddTicks(1) }));
        Assert.Equal(5, (await Ids(new() { CreatedTo = s_created })).Length);
        Assert.Equal(6, (await Ids(new() { CreatedFrom = s_created, CreatedTo = s_created.AddTicks(1), Statuses = null })).Length);
        Assert.Empty(await Ids(new() { Statuses = [] }));
        Assert.Empty(await Ids(new() { Statuses = [InstanceStatus.Suspended] }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_stay_right_while_instances_come_and_go(bool onlyPending)
    {
        long session = await OpenSessionAsync();
        for (int i = 0; i < 10; i++)
        {
            await StartAsync($"old {i}", session);
        }

        Running gone = await StartAsync("gone", session);
        IReadOnlyList<InstanceStatus>? statuses = onlyPending ? [InstanceStatus.Pending, InstanceStatus.Suspended] : null;
        var read = new List<string>();
        long? cursor = 0;
        while (cursor is { } after)
        {
            InstancePage page = await Hub.QueryInstancesAsync(
                new InstanceQuery { PageSize = 3, AfterKey = after, Statuses = statuses }, s_never);
            read.AddRange(page.Items.Select(item => item.InstanceId));
            cursor = page.NextAfterKey;
            if (read.Count == 3)
            {
                await StartAsync("new", session);
                await CommitAsync(gone.Turn(InstanceStatus.Completed));
                await Hub.PurgeInstanceAsync("gone", s_never);
            }
        }

        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => $"old {i}"), "new"], read);
    }
}
