using System.Globalization;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Fact]
    public async Task Artifacts_are_found_by_name_and_listed_by_page_and_step()
    {
        string id = await StartAsync(12, 1);
        string node = await BeginNodeAsync();
        for (int i = 0; i < 12; i++)
        {
            var task = new TaskKey(id, 0, i);
            await RecordAsync(End(task, await TakeAsync(task, node)) with { Artifacts = [Artifact(task, "a"), Artifact(task, "out/b c")] });
        }

        var other = new TaskKey(id, 1, 0);
        ArtifactRecord given = Artifact(other, "x") with { IsExecutable = true, Size = 5 };
        await RecordAsync(End(other, await TakeAsync(other, node)) with { Artifacts = [given] });

        Assert.Equal(given, await Ledger.GetArtifactAsync(id, "s1/0/x", s_never));
        Assert.Null(await Ledger.GetArtifactAsync(id, "s1/0/y", s_never));
        List<ArtifactRecord> all = await ReadArtifactsAsync(id, null);
        Assert.Equal(25, all.Count);
        Assert.Equal(all.Select(static a => a.Name).Order(StringComparer.Ordinal), all.Select(static a => a.Name));
        Assert.Equal(all.Where(static a => a.Step == 0), await ReadArtifactsAsync(id, 0));
        Assert.Equal([given], await ReadArtifactsAsync(id, 1));
        Assert.Empty(await ReadArtifactsAsync(id, 9));
        await Assert.ThrowsAsync<BadCursorException>(() => Ledger.ListArtifactsAsync(id, null, "!", 10, s_never));
    }

    [Fact]
    public async Task The_artifacts_of_a_task_are_those_of_its_last_attempt()
    {
        string id = await StartAsync(11);
        string node = await BeginNodeAsync();
        var task = new TaskKey(id, 0, 1);
        var tenth = new TaskKey(id, 0, 10);
        await RecordAsync(End(tenth, await TakeAsync(tenth, node)) with { Artifacts = [Artifact(tenth, "kept")] });
        long first = await TakeAsync(task, node);
        await RecordAsync(End(task, first, JobTaskStatus.Failed, TimeSpan.Zero) with { Artifacts = [Artifact(task, "first"), Artifact(task, "both")] });
        Assert.Equal(["s0/1/both", "s0/1/first", "s0/10/kept"], (await ReadArtifactsAsync(id, null)).Select(static a => a.Name));
        long second = await TakeAsync(task, node, 2);

        await RecordAsync(End(task, second) with { Artifacts = [Artifact(task, "both") with { Size = 9 }] });

        List<ArtifactRecord> left = await ReadArtifactsAsync(id, null);
        Assert.Equal(["s0/1/both", "s0/10/kept"], left.Select(static a => a.Name));
        Assert.Equal(9, left[0].Size);
    }

    /// <summary>An artifact of a task.</summary>
    protected static ArtifactRecord Artifact(TaskKey task, string path) =>
        new(task.Step, task.Index, path, 1, new string('c', 64), IsExecutable: false)
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"s{task.Step}/{task.Index}/{path}"),
        };

    private async Task<List<ArtifactRecord>> ReadArtifactsAsync(string id, int? step)
    {
        var artifacts = new List<ArtifactRecord>();
        string? after = null;
        do
        {
            LedgerPage<ArtifactRecord> page = await Ledger.ListArtifactsAsync(id, step, after, 7, s_never);
            artifacts.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return artifacts;
    }
}
