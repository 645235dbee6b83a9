using System.Diagnostics;
using System.Text.Json;
using FuncExec.Service.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Nodes;

/// <summary>A node that was frozen for longer than its lease wakes up in a world in which others have its work.</summary>
public sealed class FreezeTests(ITestOutputHelper output) : NodesTests
{
    private const string Mark = "FUNCEXEC_FREEZE_TEST";

    /// <summary>A command that is left when the test fails is waited for by nobody.</summary>
    public override async Task DisposeAsync()
    {
        Living().ForEach(static process => Process.GetProcessById(process.Id).Kill());
        await base.DisposeAsync();
    }

    [Fact]
    public async Task It_changes_nothing_and_ends_its_commands_at_once()
    {
        ServiceProcess frozen = await StartAsync("frozen", ("FuncExec__KillGrace", "5m")); // Nothing here ends by its grace.
        string goesOn = await PostAsync(frozen, "goes-on");
        string ends = await PostAsync(frozen, "ends");
        await Patience.UntilAsync("both run", () => Living().Count == 2);
        LivingProcess before = Assert.Single(Living(), process => process.Command.Contains("goes-on", StringComparison.Ordinal));
        ServiceProcess other = await StartAsync("other");

        await SignalAsync(frozen, "STOP");
        await Patience.UntilAsync("both are taken over", () => Living().Count == 4);
        Open("ends", 1); // This one succeeds while its node knows of nothing.
        await Patience.UntilAsync("it has ended", () => Living().Count == 3);
        await SignalAsync(frozen, "CONT");
        long woken = Stopwatch.GetTimestamp();
        await Patience.UntilAsync("its command is gone", () => ProcessTable.Read(before.Id) is null);
        output.WriteLine($"The command had ended {Stopwatch.GetElapsedTime(woken).TotalMilliseconds:0} ms after its node woke.");

        await Patience.UntilAsync("it begins anew", async () => (await LivesAsync(other)).Count == 2);
        Assert.All(Living(), static process => Assert.Contains("-2 ", process.Command + " ", StringComparison.Ordinal));
        Open("goes-on", 2);
        Open("ends", 2);
        foreach (string id in (string[])[goesOn, ends])
        {
            Assert.Equal("succeeded", (await other.Api.WaitForEndAsync(id)).GetProperty("status").GetString());
            JsonElement task = await frozen.Api.ReadAsync($"/api/jobs/{id}/tasks/main/0");
            Assert.Equal(("other", 1), (task.GetProperty("node").GetString(), task.GetProperty("attempt").GetInt32()));
            Assert.Equal("claim 2\n", (await other.Api.GetAsync($"/api/jobs/{id}/tasks/main/0/output")).Text);
            Assert.Equal("claim 2\n", (await other.Api.GetAsync($"/api/jobs/{id}/artifacts/main/0/result")).Text);
        }
    }

    // Who opens a pipe to read waits for one who opens it to write; each claim has a pipe of its own. What it wrote lies with the frozen node.
    private async Task<string> PostAsync(ServiceProcess node, string name)
    {
        foreach (int claim in (int[])[1, 2])
        {
            using Process made = Process.Start("mkfifo", [Data.File($"{name}-{claim}")]);
            await made.WaitForExitAsync();
        }

        string script = "trap '' TERM; echo claim $FUNCEXEC_FENCING_TOKEN | tee result; exec cat \"$1-$FUNCEXEC_FENCING_TOKEN\"";
        JsonElement job = await node.Api.PostJobAsync(new
        {
            command = "sh",
            args = new[] { "-c", script, "sh", Data.File(name) },
            env = new Dictionary<string, string> { [Mark] = Data.Data },
            artifacts = new[] { "result" },
        });
        return job.GetProperty("id").GetString()!;
    }

    private List<LivingProcess> Living() =>
        [.. ProcessTable.Find(Mark, Data.Data).Where(static process => process.Command.StartsWith("cat ", StringComparison.Ordinal))];

    private void Open(string name, int claim) => File.WriteAllText(Data.File($"{name}-{claim}"), "");

    private static async Task<List<JsonElement>> LivesAsync(ServiceProcess node) =>
        [.. (await node.Api.ReadAsync("/api/nodes")).GetProperty("items").EnumerateArray().Where(static life => life.GetProperty("state").GetString() == "active")];
}
