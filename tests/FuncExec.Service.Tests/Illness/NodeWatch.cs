using System.Text.Json;
using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;

namespace FuncExec.Service.Tests.Illness;

/// <summary>Has a node run commands that tell what they do, and looks at what came of them, also in the database itself.</summary>
/// <param name="api">Speaks to the node.</param>
/// <param name="server">The server that has its stores now.</param>
/// <param name="database">The database.</param>
internal sealed class NodeWatch(ServiceClient api, PostgresServer server, string database)
{
    public ServiceClient Api => api;

    /// <summary>Posts a job of one command that writes a line when it begins, waits at a gate, and writes one when it ends.</summary>
    public async Task<string> PostAsync(Gate gate, string journal)
    {
        JsonElement job = await api.PostJobAsync(new
        {
            command = "sh",
            args = new[] { "-c", "echo begun >> \"$1\"; cat \"$2\"; echo ended | tee -a \"$1\"", "sh", journal, gate.Path },
            env = gate.Environment,
        });
        await Patience.UntilAsync("the command waits at the gate", () => gate.Living.Exists(static process => process.Command.StartsWith("cat ", StringComparison.Ordinal)));
        return job.GetProperty("id").GetString()!;
    }

    /// <summary>Asserts that the job ended, once, by the one run that its command had.</summary>
    public async Task ExpectRunOnceAsync(string id, string journal)
    {
        Assert.Equal("succeeded", (await api.WaitForEndAsync(id)).GetProperty("status").GetString());
        JsonElement task = await api.ReadAsync($"/api/jobs/{id}/tasks/main/0");
        Assert.Equal((1, 1, "ended\n"), (task.GetProperty("attempt").GetInt32(), task.GetProperty("attempts").GetArrayLength(), task.GetProperty("stdout").GetString()));
        Assert.Equal(["begun", "ended"], await File.ReadAllLinesAsync(journal));
    }

    /// <summary>Asserts that there is nothing in the stores but what belongs to jobs that were taken.</summary>
    public async Task ExpectNothingLeftAsync()
    {
        List<JsonElement> jobs = await api.ListAsync("/api/jobs");
        Assert.DoesNotContain(jobs, static job => job.GetProperty("name").GetString() == "refused");
        await Patience.UntilAsync("the hub's instances have ended", async () => await CountAsync("hub_instances WHERE status < 4") == 0);
        Assert.Equal(jobs.Count, await CountAsync("ledger_jobs"));
        Assert.Equal(jobs.Count, await CountAsync("ledger_documents"));
        Assert.Equal(0, await CountAsync("ledger_content_owners WHERE job NOT IN (SELECT id FROM funcexec_funcexec.ledger_jobs)"));
        Assert.Equal(0, await CountAsync("ledger_blobs WHERE job NOT IN (SELECT id FROM funcexec_funcexec.ledger_jobs)"));
    }

    public Task<long> CountAsync(string rows) => server.ReadAsync<long>($"SELECT count(*) FROM funcexec_funcexec.{rows}", database);
}
