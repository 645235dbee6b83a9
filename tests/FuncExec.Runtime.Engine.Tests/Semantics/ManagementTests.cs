using DurableTask.Core.Exceptions;
using FuncExec.Runtime.Engine.Tests.Nodes;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Ids, queries and purges.</summary>
public abstract class ManagementTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task An_id_is_in_use_until_its_instance_has_finished_and_then_free_again()
    {
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        await Node.StartAsync();
        for (int round = 0; round < 3; round++)
        {
            await Node.ScheduleAsync("Wait", round, id: "one");
            await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => Node.ScheduleAsync("Wait", -1, id: "one"));
            if (round == 1)
            {
                await Node.Client.SuspendInstanceAsync("one");
                await Node.ReachesAsync("one", OrchestrationRuntimeStatus.Suspended);
                await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => Node.ScheduleAsync("Wait", -1, id: "one"));
                await Node.Client.ResumeInstanceAsync("one");
            }

            await Node.Client.RaiseEventAsync("one", "Word", $"round {round}");
            OrchestrationMetadata end = await Node.EndOfAsync("one");
            Assert.Equal($"round {round}", end.ReadOutputAs<string>());
            Assert.Equal(round, end.ReadInputAs<int>());
        }
    }

    [Fact]
    public async Task A_burst_of_starts_under_one_id_makes_one_instance()
    {
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        await Node.StartAsync();

        bool[] started = await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            try
            {
                await Node.ScheduleAsync("Wait", n, id: "one");
                return true;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return false;
            }
        }));
        Assert.Single(started, true);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("@entity@key")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\nb")]
    public async Task An_id_of_the_wrong_form_is_refused(string id)
    {
        Node.Orchestrator("Nothing", _ => Task.CompletedTask);
        await Node.StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => Node.ScheduleAsync("Nothing", id: id));
        await Assert.ThrowsAsync<ArgumentException>(() => Node.ScheduleAsync("Nothing", id: new string('x', 101)));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await Node.RunAsync("Nothing", id: new string('ü', 100))).RuntimeStatus);
    }

    [Fact]
    public async Task An_empty_id_is_none()
    {
        Node.Orchestrator("Nothing", _ => Task.CompletedTask);
        await Node.StartAsync();

        string id = await Node.Client.ScheduleNewOrchestrationInstanceAsync("Nothing", null, new StartOrchestrationOptions(""));

        Assert.Equal(32, id.Length);
    }

    [Fact]
    public async Task Instances_are_listed_by_status_prefix_and_time_a_page_at_a_time()
    {
        Node.Orchestrator("Same", context => Task.FromResult(context.GetInput<int>()));
        Node.Orchestrator("Fail", _ => Task.FromException<int>(new BrokenException("no")));
        await Node.StartAsync();
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-1);
        for (int i = 0; i < 7; i++)
        {
            await Node.RunAsync("Same", i, id: $"same-{i}");
        }

        await Node.RunAsync("Fail", id: "fail");

        Assert.Equal(8, await CountAsync(new OrchestrationQuery()));
        Assert.Equal(7, await CountAsync(new OrchestrationQuery(InstanceIdPrefix: "same-", CreatedFrom: before)));
        Assert.Equal(0, await CountAsync(new OrchestrationQuery(InstanceIdPrefix: "Same-")));
        Assert.Equal(0, await CountAsync(new OrchestrationQuery(CreatedTo: before)));
        Assert.Equal(1, await CountAsync(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Running])));

        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (Page<OrchestrationMetadata> page in Node.Client
            .GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: "same-", FetchInputsAndOutputs: true)).AsPages(pageSizeHint: 3))
        {
            pages.Add(page);
        }

        Assert.Equal([3, 3, 1], pages.ConvertAll(page => page.Values.Count));
        Assert.Equal(Enumerable.Range(0, 7), pages.SelectMany(page => page.Values).Select(item => item.ReadOutputAs<int>()));
        Assert.Null(pages[^1].ContinuationToken);

        var rest = new OrchestrationQuery(InstanceIdPrefix: "same-", ContinuationToken: pages[1].ContinuationToken);
        OrchestrationMetadata last = Assert.Single(await ToListAsync(rest));
        Assert.Equal("same-6", last.InstanceId);
        Assert.Throws<InvalidOperationException>(() => last.ReadOutputAs<int>());
        await Assert.ThrowsAsync<ArgumentException>(() => CountAsync(new OrchestrationQuery(ContinuationToken: "nonsense")));
    }

    [Fact]
    public async Task A_finished_instance_is_purged_and_a_running_one_is_not()
    {
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Wait");

        Assert.Equal(0, (await Node.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
        await Node.Client.RaiseEventAsync(id, "Word", "end");
        await Node.EndOfAsync(id);
        Assert.Equal(1, (await Node.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
        Assert.Equal(0, (await Node.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
        Assert.Null(await Node.FindAsync(id));
        Assert.Empty(await Node.TurnsAsync(id));
        await Assert.ThrowsAsync<ArgumentException>(() => Node.EndOfAsync(id));
    }

    [Fact]
    public async Task Finished_instances_are_purged_by_status_and_time()
    {
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        Node.Orchestrator("Nothing", _ => Task.CompletedTask);
        Node.Orchestrator("Fail", _ => Task.FromException<int>(new BrokenException("no")));
        await Node.StartAsync();
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await Node.ScheduleAsync("Wait", id: "running");
        await Task.WhenAll(Enumerable.Range(0, 5).Select(n => Node.RunAsync("Nothing", id: $"done-{n}")));
        await Node.RunAsync("Fail", id: "failed");

        Assert.Equal(0, await PurgeAsync(new PurgeInstancesFilter(CreatedTo: before)));
        Assert.Equal(1, await PurgeAsync(new PurgeInstancesFilter(before, null, [OrchestrationRuntimeStatus.Failed])));
        Assert.Equal(0, await PurgeAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Running])));
        Assert.Equal(5, await PurgeAsync(new PurgeInstancesFilter()));
        Assert.Equal("running", Assert.Single(await ToListAsync(new OrchestrationQuery())).InstanceId);
    }

    [Fact]
    public async Task Ids_are_listed_by_status_and_by_the_time_of_their_end_a_page_at_a_time()
    {
        var time = new ShiftedTime();
        Node.Time = time;
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        Node.Orchestrator("Fail", _ => Task.FromException<int>(new BrokenException("no")));
        await Node.StartAsync();
        await Node.ScheduleAsync("Wait", id: "late");
        await Node.ScheduleAsync("Wait", id: "open");
        await Node.RunAsync("Fail", id: "failed");
        time.Shift(TimeSpan.FromHours(1));
        DateTimeOffset between = time.GetUtcNow();
        await Node.Client.RaiseEventAsync("late", "Word", "end");
        await Node.EndOfAsync("late");

        Assert.Equal(["late", "open", "failed"], (await Node.Client.ListInstanceIdsAsync()).Values);
        Assert.Equal(["late"], (await Node.Client.ListInstanceIdsAsync(completedTimeFrom: between)).Values);
        Assert.Equal(["failed"], (await Node.Client.ListInstanceIdsAsync(completedTimeTo: between)).Values);
        Assert.Empty((await Node.Client.ListInstanceIdsAsync([OrchestrationRuntimeStatus.Running], completedTimeTo: between)).Values);
        Assert.Equal(["open"], (await Node.Client.ListInstanceIdsAsync([OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending])).Values);

        Page<string> first = await Node.Client.ListInstanceIdsAsync(pageSize: 2);
        Assert.Equal(["late", "open"], first.Values);
        Page<string> second = await Node.Client.ListInstanceIdsAsync(pageSize: 2, lastInstanceKey: first.ContinuationToken);
        Assert.Equal(["failed"], second.Values);
        Assert.Null(second.ContinuationToken);
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.ListInstanceIdsAsync(lastInstanceKey: "nonsense"));
    }

    [Fact]
    public async Task An_orchestration_is_restarted_with_all_that_it_was_started_with()
    {
        Node.Orchestrator("Child", async context =>
        {
            string word = context.GetInput<string>()!;
            return $"{word} {context.Version} {context.Parent is null} {await context.WaitForExternalEvent<string>("Word")}";
        });
        Node.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>(
            "Child", "input", new SubOrchestrationOptions(new TaskOptions(tags: new Dictionary<string, string> { ["team"] = "blue" }), "child") { Version = "1.5" }));
        await Node.StartAsync();
        string parent = await Node.ScheduleAsync("Parent");
        await Node.ReachesAsync("child", OrchestrationRuntimeStatus.Running);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Node.Client.RestartAsync("child"));
        string other = await Node.Client.RestartAsync("child", restartWithNewInstanceId: true);
        await Node.Client.RaiseEventAsync("child", "Word", "one");
        Assert.Equal("input 1.5 False one", (await Node.EndOfAsync(parent)).ReadOutputAs<string>());

        Assert.Equal("child", await Node.Client.RestartAsync("child"));
        foreach (string id in new[] { "child", other })
        {
            await Node.Client.RaiseEventAsync(id, "Word", "two");
            OrchestrationMetadata end = await Node.EndOfAsync(id);
            Assert.Equal("input 1.5 True two", end.ReadOutputAs<string>());
            Assert.Equal("blue", end.Tags["team"]);
        }

        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.RestartAsync("nobody"));
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.RestartAsync("@an@entity"));
        await Node.StopAsync();
        await Node.Forget("Child").StartAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Node.Client.RestartAsync("child"));
        Assert.Equal("input 1.5 True two", (await Node.FindAsync("child"))!.ReadOutputAs<string>());
    }

    private async Task<List<OrchestrationMetadata>> ToListAsync(OrchestrationQuery query)
    {
        var found = new List<OrchestrationMetadata>();
        await foreach (OrchestrationMetadata item in Node.Client.GetAllInstancesAsync(query))
        {
            found.Add(item);
        }

        return found;
    }

    private async Task<int> CountAsync(OrchestrationQuery query) => (await ToListAsync(query)).Count;

    private async Task<int> PurgeAsync(PurgeInstancesFilter filter) => (await Node.Client.PurgeAllInstancesAsync(filter)).PurgedInstanceCount;

    public sealed class Live() : ManagementTests(live: true);

    public sealed class Rebuilt() : ManagementTests(live: false);
}
