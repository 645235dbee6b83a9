using System.Net;
using System.Text.Json;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Kills;

/// <summary>
/// Judges what has become of the jobs, by what the service says and by what the commands have told. Where nodes freeze, one may wake between
/// its look at its lease and the start of a command: then this tells of itself after its successor, and is ended; nothing of it counts.
/// </summary>
internal sealed class KillJudge(
    ServiceClient api, ILookup<(string Job, string Task), JournalLine> journal, IReadOnlyList<List<RecordedEnd>> recorded, bool nodesFreeze = false)
{
    /// <summary>Whose nodes were lost so often that it is not tried again.</summary>
    private const int PoisonLosses = 4;

    private readonly ILookup<(string Job, string Task), RecordedEnd> _recorded = recorded.SelectMany(static ends => ends).ToLookup(static end => (end.Job, end.Task));
    private int _begins;
    private int _again;
    private int _lost;
    private int _reruns;

    /// <summary>What was seen, for the one who wonders whether the kills have hit anything.</summary>
    public string Findings => $"{_begins} commands begun, {_again} of them again after a kill, {_lost} tasks ended as lost, {_reruns} reruns.";

    /// <summary>Commands that began again though their attempt was the same: their nodes were lost, or gave them back.</summary>
    public int BegunAgain => _again;

    /// <summary>Tasks that ended for the loss of nodes.</summary>
    public int Lost => _lost;

    /// <summary>Judges all jobs.</summary>
    /// <param name="jobs">What clients sent and saw.</param>
    /// <param name="others">Jobs that are there besides, of which the test itself takes care.</param>
    public async Task JudgeAsync(IReadOnlyList<DrivenJob> jobs, params string[] others)
    {
        Dictionary<string, DrivenJob> byId = jobs.ToDictionary(static job => job.Id);
        foreach (DrivenJob job in jobs)
        {
            await JudgeJobAsync(job);
        }

        // Each was sent at least twice; none is there twice, and none is there that nobody has sent.
        var found = new HashSet<string>();
        foreach (JsonElement listed in await api.ListAsync("/api/jobs"))
        {
            string id = listed.GetProperty("id").GetString()!;
            Assert.True(found.Add(id), $"Job {id} is listed twice.");
            if (!byId.ContainsKey(id) && !others.Contains(id))
            {
                await JudgeRerunAsync(id, listed, byId);
            }
        }

        Assert.Subset(found, byId.Keys.ToHashSet());
        Assert.True(jobs.Where(static job => job.Case.Steering is Steering.Rerun).Count() <= _reruns);
    }

    private async Task JudgeJobAsync(DrivenJob job)
    {
        JsonElement view = await api.ReadAsync($"/api/jobs/{job.Id}");
        List<JsonElement> tasks = await api.ListAsync($"/api/jobs/{job.Id}/tasks");
        string status = view.GetProperty("status").GetString()!;
        bool isLost = false;
        ILookup<string, RecordedEnd> told = EndsOf(job).ToLookup(static end => end.Task);
        Assert.Equal(job.Case.Tasks.Keys.Order(), tasks.Select(Id).Order());
        foreach (JsonElement task in tasks)
        {
            isLost |= JudgeTask(job, task);
            await JudgeAttemptsAsync(job.Id, task, told[Id(task)]);
        }

        Assert.True(status == job.Case.Status || (isLost && status == "failed"), $"{job.Case.Name} ended as {status}: {view}");
        JudgeEvents(job, tasks);
        if (!isLost)
        {
            await JudgeArtifactsAsync(job);
        }
    }

    /// <summary>True when it ended for the loss of nodes, and may.</summary>
    private bool JudgeTask(DrivenJob job, JsonElement task)
    {
        TaskEnd end = job.Case.Tasks[Id(task)];
        string what = $"{job.Case.Name} ({job.Id}) {task}";
        int losses = journal[(job.Id, Id(task))].Count(static line => line.IsBegin);
        if (Text(task, "failure") == "lost")
        {
            Assert.True(end.MayBeLost || losses >= PoisonLosses - 1, what);
            _lost++;
            return true;
        }

        if (Text(task, "status") == "skipped" && end.Status != "skipped")
        {
            return true; // After one that was lost; the job's status is judged by that one.
        }

        Assert.True(Text(task, "status") == end.Status, what);
        Assert.True(end.ExitCode is null || task.GetProperty("exitCode").GetInt32() == end.ExitCode, what);
        Assert.True(end.Stdout is null || Text(task, "stdout") == end.Stdout, what);
        Assert.True(end.Attempt is null || task.GetProperty("attempt").GetInt32() == end.Attempt, what);
        return false;
    }

    /// <summary>The ends of attempts that the job's events tell: what was told was recorded.</summary>
    private static IEnumerable<RecordedEnd> EndsOf(DrivenJob job)
    {
        foreach (JsonElement told in job.Events.Where(static one => one.Kind == "task").Select(static one => one.Json))
        {
            string status = Text(told, "status")!;
            bool isTriedAgain = status == "queued" && told.GetProperty("nextRetryAt").ValueKind is not JsonValueKind.Null;
            if (isTriedAgain || status is "succeeded" or "failed" or "timedOut")
            {
                yield return new RecordedEnd(
                    job.Id, Text(told, "id")!, told.GetProperty("attempt").GetInt32(), told.GetProperty("token").GetInt64(), 0, IsFinal: !isTriedAgain);
            }
        }
    }

    /// <summary>What the commands told against what the ledger had recorded at each kill and the events told, and has now.</summary>
    private async Task JudgeAttemptsAsync(string jobId, JsonElement task, IEnumerable<RecordedEnd> told)
    {
        string id = Id(task);
        JournalLine[] begins = [.. journal[(jobId, id)].Where(static line => line.IsBegin).OrderBy(line => nodesFreeze ? line.Token : 0)];
        _begins += begins.Length;
        _again += begins.Length - begins.DistinctBy(static line => line.Attempt).Count();
        for (int i = 1; i < begins.Length; i++)
        {
            Assert.True(
                begins[i].Token > begins[i - 1].Token && begins[i].Attempt >= begins[i - 1].Attempt,
                $"{jobId} {id}: {begins[i]} came after {begins[i - 1]}.");
        }

        foreach (RecordedEnd end in _recorded[(jobId, id)].Concat(told))
        {
            Assert.DoesNotContain(begins, line => line.Token > end.Token && (end.IsFinal || line.Attempt <= end.Attempt));
            Assert.True(!end.IsFinal || task.GetProperty("attempt").GetInt32() == end.Attempt, $"{jobId} {id}: {end} became {task}");
        }

        // One attempt, one end: each that is shown was begun, unless it came to nothing before it could.
        JsonElement whole = await api.ReadAsync($"/api/jobs/{jobId}/tasks/{id}");
        int[] attempts = [.. whole.GetProperty("attempts").EnumerateArray().Select(static attempt => attempt.GetProperty("attempt").GetInt32())];
        Assert.Equal(attempts.Distinct(), attempts);

        // An attempt that was given back, for its node had to end it, is due again; it is not shown where the task's end came first.
        int? givenBack = Text(task, "status") == "cancelled" ? attempts.LastOrDefault() + 1 : null;
        Assert.True(
            begins.All(line => attempts.Contains(line.Attempt) || line.Attempt == givenBack), $"{jobId} {id} ran attempts that it does not show: {whole}");
        if (Text(task, "status") == "succeeded")
        {
            JournalLine[] ends = [.. journal[(jobId, id)].Where(static line => !line.IsBegin).OrderBy(line => nodesFreeze ? line.Token : 0)];
            Assert.True(ends.Length > 0 && ends[^1].Token == begins[^1].Token, $"{jobId} {id} succeeded without having come to its end.");
        }
    }

    private static void JudgeEvents(DrivenJob job, List<JsonElement> tasks)
    {
        ILookup<string, string> ends = job.Events
            .Where(static one => one.Kind == "task")
            .Select(static one => one.Json)
            .Where(static one => Text(one, "status") is not ("queued" or "running"))
            .ToLookup(static one => Text(one, "id")!, static one => Text(one, "status")!);
        foreach (JsonElement task in tasks)
        {
            // Those that never began have no event of their own.
            string[] told = [.. ends[Id(task)]];
            Assert.True(told.Length <= 1, $"{job.Id} {Id(task)} was told to have ended as {string.Join(", ", told)}.");
            Assert.True(told.Length == 0 || told[0] == Text(task, "status"), $"{job.Id} {task} was told to have ended as {told.FirstOrDefault()}.");
            Assert.True(told.Length == 1 || Text(task, "status") is "skipped" or "cancelled", $"{job.Id} {task} was never told to have ended.");
        }

        Assert.Equal(1, job.Events.Count(static one => one.Kind == "job" && one.Json.TryGetProperty("status", out JsonElement status)
            && status.GetString() is "succeeded" or "failed" or "cancelled" or "timedOut"));
    }

    private async Task JudgeArtifactsAsync(DrivenJob job)
    {
        List<JsonElement> listed = await api.ListAsync($"/api/jobs/{job.Id}/artifacts");
        Assert.Equal(job.Case.Artifacts.Keys.Order(), listed.Select(static artifact => Text(artifact, "name")!).Order());
        foreach ((string name, string content) in job.Case.Artifacts)
        {
            Answer answer = await api.GetAsync($"/api/jobs/{job.Id}/artifacts/{name}");
            Assert.True(answer.Status is HttpStatusCode.OK && answer.Text == content, $"{job.Id} {name}: {answer.Status} {answer.Text}");
        }
    }

    private async Task JudgeRerunAsync(string id, JsonElement listed, Dictionary<string, DrivenJob> byId)
    {
        Assert.True(Text(listed, "rerunOf") is { } origin && byId.ContainsKey(origin), $"Nobody has sent {listed}.");
        JsonElement job = await api.WaitForEndAsync(id);
        Assert.True(Text(job, "status") == "succeeded", job.ToString());
        Assert.Empty(journal[(id, "part/0")]);
        List<JsonElement> tasks = await api.ListAsync($"/api/jobs/{id}/tasks");
        Assert.Equal(["kept\n", "tried\n"], tasks.Select(static task => Text(task, "stdout")));
        _reruns++;
    }

    private static string Id(JsonElement task) => Text(task, "id")!;

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
