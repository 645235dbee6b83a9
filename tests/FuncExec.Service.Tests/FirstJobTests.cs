using System.Security.Cryptography;
using System.Text.Json;

namespace FuncExec.Service.Tests;

public sealed class FirstJobTests
{
    private const int Commands = 500;

    [Fact]
    public async Task Five_hundred_commands_give_the_right_sums_though_the_service_is_killed_twice()
    {
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Path);
        string[] files = [.. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!).Order(StringComparer.Ordinal)];
        string[] chosen = [.. Enumerable.Range(0, Commands).Select(index => files[index % files.Length])];
        string marks = Path.Combine(data.Path, "marks");
        await service.StartAsync();

        // Each command leaves a mark when it starts: the kills come when that many have.
        object[] tasks = [.. chosen.Select(file => new
        {
            payload = new { command = "sh", args = new[] { "-c", "echo x >> \"$1\"; exec sha256sum \"$0\"", file, marks } },
        })];
        string id = await service.PostAsync(new { steps = new[] { new { name = "sums", tasks } } });
        foreach (int started in (int[])[Commands / 5, Commands / 2])
        {
            await WaitForMarksAsync(marks, started);
            await service.KillAsync();
            await service.StartAsync();
        }

        JsonElement job = await service.WaitForEndAsync(id);

        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Assert.Equal(Commands, job.GetProperty("counts").GetProperty("succeeded").GetInt32());
        JsonElement[] results = [.. job.GetProperty("tasks").EnumerateArray().OrderBy(static task => task.GetProperty("index").GetInt32())];
        Assert.Equal(Commands, results.Length);
        Dictionary<string, string> sums = files.ToDictionary(static file => file, Sum);
        for (int i = 0; i < Commands; i++)
        {
            Assert.Equal($"{sums[chosen[i]]}  {chosen[i]}\n", results[i].GetProperty("stdout").GetString());
            Assert.Equal(0, results[i].GetProperty("exitCode").GetInt32());
        }
    }

    [Fact]
    public async Task A_tree_that_ignores_SIGTERM_is_gone_when_its_timed_out_task_has_ended()
    {
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Path, new Dictionary<string, string> { ["FuncExec__KillGrace"] = "00:00:01" });
        await service.StartAsync();
        string pids = Path.Combine(data.Path, "pids");
        const string Script = """
            trap '' TERM
            echo $$ >> "$0"
            ( trap '' TERM; echo $(exec sh -c 'echo $PPID') >> "$0"; sleep 1000 ) &
            setsid sh -c 'trap "" TERM; echo $$ >> "$0"; ( sh -c "trap \"\" TERM; echo \$\$ >> \"\$0\"; sleep 1000" "$0" & ) ; sleep 1000' "$0" &
            while :; do sleep 1; done
            """;
        string id = await service.PostAsync(new
        {
            command = "sh",
            args = new[] { "-c", Script, pids },
            timeout = "2s",
        });

        JsonElement job = await service.WaitForEndAsync(id);

        Assert.Equal("timedOut", job.GetProperty("status").GetString());
        Assert.StartsWith("timedOut", job.GetProperty("error").GetString(), StringComparison.Ordinal);
        int[] started = [.. (await File.ReadAllLinesAsync(pids)).Select(int.Parse)];
        Assert.Equal(4, started.Length);
        Assert.All(started, static pid => Assert.False(Directory.Exists($"/proc/{pid}"), $"Process {pid} lives on."));
    }

    [Fact]
    public async Task Steps_run_in_the_order_of_their_needs_and_retries_wait_durably()
    {
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Path);
        await service.StartAsync();
        string file = Path.Combine(data.Path, "tries");
        string id = await service.PostAsync(new
        {
            name = "retry",
            steps = new object[]
            {
                new
                {
                    name = "flaky",
                    payload = new { command = "sh", args = new[] { "-c", "echo try >> \"$0\"; [ $(wc -l < \"$0\") -ge 3 ] || exit 75", file } },
                    retry = new { maxAttempts = 5, initialInterval = "200ms", retryOnExitCodes = new[] { 75 } },
                },
                new { name = "after", needs = new[] { "flaky" }, payload = new { command = "wc", args = new[] { "-l", file } } },
            },
        });
        await WaitForMarksAsync(file, 1);
        await service.KillAsync();
        await service.StartAsync();

        JsonElement job = await service.WaitForEndAsync(id);

        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        JsonElement[] tasks = [.. job.GetProperty("tasks").EnumerateArray()];
        Assert.Equal(["flaky/0", "after/0"], tasks.Select(static task => task.GetProperty("id").GetString()));
        Assert.StartsWith("3 ", tasks[1].GetProperty("stdout").GetString(), StringComparison.Ordinal);
    }

    private static string Sum(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private static async Task WaitForMarksAsync(string file, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!File.Exists(file) || (await File.ReadAllLinesAsync(file, limit.Token)).Length < count)
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
