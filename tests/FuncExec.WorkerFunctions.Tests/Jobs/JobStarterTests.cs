using FuncExec.Ledger;
using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Tests.Tasks;
using Microsoft.DurableTask;
using Moq;

namespace FuncExec.WorkerFunctions.Tests.Jobs;

public sealed class JobStarterTests
{
    private static readonly Job Small = TestNode.Read("""{"name":"n","command":"x"}""");

    [Fact]
    public async Task An_accepted_job_is_started_under_its_own_id_with_nothing_but_its_id()
    {
        await using TestNode node = await TestNode.StartAsync();

        string id = await node.AcceptAsync("""{"command":"x"}""");

        Assert.Equal((FunctionNames.RunJob, id), Assert.Single(node.Scheduled));
        Assert.Equal(JobState.Accepted, (await node.JobAsync(id)).State);
    }

    [Fact]
    public async Task The_same_request_again_starts_nothing()
    {
        await using TestNode node = await TestNode.StartAsync();
        IdempotencyKey key = new("me", "key", "hash");
        CreateJobOutcome.Created first = Assert.IsType<CreateJobOutcome.Created>(await StartAsync(node, key));

        CreateJobOutcome.Known second = Assert.IsType<CreateJobOutcome.Known>(await StartAsync(node, key));
        CreateJobOutcome other = await StartAsync(node, key with { BodyHash = "other" });

        Assert.Equal(first.Job.Id, second.Job.Id);
        Assert.IsType<CreateJobOutcome.KeyInUse>(other);
        Assert.Single(node.Scheduled);
    }

    [Fact]
    public async Task Past_the_bound_a_job_is_refused_and_leaves_nothing()
    {
        await using TestNode node = await TestNode.StartAsync(("MAX_CONCURRENT_JOBS", "1"));
        await node.AcceptAsync("""{"command":"x"}""");

        CreateJobOutcome outcome = await StartAsync(node, null, Large());

        Assert.IsType<CreateJobOutcome.TooMany>(outcome);
        Assert.Single(node.Scheduled);
        Assert.Empty(await node.Blobs.ListJobsAsync(CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task A_job_whose_orchestration_cannot_be_started_is_accepted_all_the_same()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Client
            .Setup(static client => client.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException("the hub is away"));

        Assert.IsType<CreateJobOutcome.Created>(await StartAsync(node, null));
    }

    [Fact]
    public async Task A_long_document_lies_in_the_blob_store_and_is_read_from_there()
    {
        await using TestNode node = await TestNode.StartAsync();
        Job large = Large();
        CreateJobOutcome.Created created = Assert.IsType<CreateJobOutcome.Created>(await StartAsync(node, null, large));
        JobDocuments documents = node.Get<JobDocuments>();
        documents.Forget(created.Job.Id);

        Job read = (await documents.GetAsync(created.Job.Id, CancellationToken.None))!;

        Assert.Equal(large.Steps[0].Tasks.Count, read.Steps[0].Tasks.Count);
        Assert.Null(await node.Ledger.GetDocumentAsync(created.Job.Id, CancellationToken.None));
        Assert.Same(read, await documents.GetAsync(created.Job.Id, CancellationToken.None));
    }

    private static Job Large() =>
        TestNode.Read($$"""{"commands":[{{string.Join(',', Enumerable.Repeat($$"""{"command":"x","args":["{{new string('a', 1000)}}"]}""", 400))}}]}""");

    private static Task<CreateJobOutcome> StartAsync(TestNode node, IdempotencyKey? key, Job? job = null) => node.Get<JobStarter>().StartAsync(
        new JobRequest { Id = JobIds.New(node.Time.GetUtcNow()), Job = job ?? Small, Idempotency = key }, node.Client.Object, CancellationToken.None);
}
