using System.Text.Json;

namespace FuncExec.Container.Tests;

public sealed class ContainerTests(ImagesFixture images) : IClassFixture<ImagesFixture>
{
    private readonly Engine _engine = images.Engine;

    [Fact]
    public async Task A_job_runs_as_no_root_and_the_root_is_read_only()
    {
        using var data = new Volume();
        await using ServiceContainer service = await ServiceContainer.StartAsync(_engine, ImagesFixture.Service, data);
        JsonElement task = await service.EndAsync(await service.PostAsync(Shell("id -u; id -g; touch /opt/mark 2>/dev/null || echo refused; touch /tmp/mark && echo taken")));
        Assert.Equal("1654\n1654\nrefused\ntaken\n", task.GetProperty("stdout").GetString());
        Assert.Equal("succeeded", task.GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_health_check_of_the_image_tells_life_from_death()
    {
        Assert.Contains("/opt/funcexec/health", await _engine.RunAsync("image", "inspect", ImagesFixture.Service, "--format", "{{json .HealthCheck}}"), StringComparison.Ordinal);
        using var data = new Volume();
        await using ServiceContainer service = await ServiceContainer.StartAsync(_engine, ImagesFixture.Service, data);
        (int code, _, string error) = await service.ExecAsync("/opt/funcexec/health");
        Assert.True(code == 0, error);
        (code, _, _) = await service.ExecAsync("sh", "-c", "ASPNETCORE_URLS=http://0.0.0.0:1 /opt/funcexec/health");
        Assert.NotEqual(0, code);
    }

    [Fact]
    public async Task Sigterm_lets_a_running_command_end_and_the_container_with_zero()
    {
        using var data = new Volume();
        data.MakeGate("gate");
        string job;
        await using (ServiceContainer service = await ServiceContainer.StartAsync(_engine, ImagesFixture.Service, data))
        {
            job = await service.PostAsync(Shell("echo begun >>/data/marks; cat /data/gate; echo ended >>/data/marks"));
            await service.UntilAsync("the command runs", () => Task.FromResult(File.Exists(data.File("marks"))));
            await service.SignalAsync("TERM");
            await data.OpenGateAsync("gate");
            Assert.Equal(0, await service.ExitAsync());
        }

        Assert.Equal("begun\nended\n", await File.ReadAllTextAsync(data.File("marks")));
        await using ServiceContainer next = await ServiceContainer.StartAsync(_engine, ImagesFixture.Service, data);
        JsonElement task = await next.EndAsync(job);
        Assert.Equal(("succeeded", 1), (task.GetProperty("status").GetString(), task.GetProperty("attempt").GetInt32()));
        Assert.Equal("begun\nended\n", await File.ReadAllTextAsync(data.File("marks")));
    }

    [Fact]
    public async Task What_was_killed_goes_on_in_a_new_container_on_the_same_volume()
    {
        using var data = new Volume();
        data.MakeGate("gate");
        string job;
        await using (ServiceContainer service = await ServiceContainer.StartAsync(_engine, ImagesFixture.Service, data))
        {
            job = await service.PostAsync(new
            {
                steps = new object[]
                {
                    new { name = "first", payload = new { command = "sh", args = new[] { "-c", "echo first >>/data/marks" } } },
                    new { name = "second", needs = new[] { "first" }, payload = new { command = "sh", args = new[] { "-c", "echo second >>/data/marks; cat /data/gate" } } },
                },
            });
            await service.UntilAsync("the second command runs", async () =>
                File.Exists(data.File("marks")) && (await File.ReadAllTextAsync(data.File("marks"))).Contains("second", StringComparison.Ordinal));
            await service.SignalAsync("KILL");
            Assert.Equal(137, await service.ExitAsync());
        }

        await using ServiceContainer next = await ServiceContainer.StartAsync(_engine, ImagesFixture.Service, data);
        await data.OpenGateAsync("gate");
        Assert.Equal("succeeded", (await next.EndAsync(job)).GetProperty("status").GetString());
        Assert.Equal("first\nsecond\nsecond\n", await File.ReadAllTextAsync(data.File("marks")));
    }

    [Fact]
    public async Task As_process_one_the_service_reaps_what_others_leave()
    {
        using var data = new Volume();
        await using ServiceContainer service = await ServiceContainer.StartAsync(_engine, ImagesFixture.Service, data);

        // Their parent is no command of the service: it ends at once, and they are process 1's.
        (int code, _, string error) = await service.ExecAsync("sh", "-c", "for i in 1 2 3 4 5 6 7 8; do (setsid sh -c 'echo >>/data/orphans' &) ; done");
        Assert.True(code == 0, error);
        await service.UntilAsync("all orphans ran", () => Task.FromResult(File.Exists(data.File("orphans")) && File.ReadAllText(data.File("orphans")).Length == 8));
        await service.UntilAsync("no dead process is left", async () =>
            (await service.ExecAsync("sh", "-c", "cat /proc/[0-9]*/stat")).Output.Split('\n').All(static line => !line.Contains(") Z ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_image_made_of_the_worker_has_its_own_programs()
    {
        Assert.Contains("FuncExec__Role=worker", await _engine.RunAsync("image", "inspect", ImagesFixture.Worker, "--format", "{{.Config.Env}}"), StringComparison.Ordinal);
        using var data = new Volume();
        await using ServiceContainer service = await ServiceContainer.StartAsync(_engine, ImagesFixture.Sample, data, "FuncExec__Role=all");
        JsonElement task = await service.EndAsync(await service.PostAsync(new { command = "greet", args = new[] { "Ada" } }));
        Assert.Equal("Hello, Ada.\n", task.GetProperty("stdout").GetString());
    }

    [Fact]
    public async Task The_command_line_runs_a_job_in_a_container()
    {
        using var data = new Volume();
        (int code, string output, string error) = await _engine.TryAsync(
            "run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", "--read-only",
            "--tmpfs", "/tmp:rw,size=64m,mode=1777", "--volume", data.Path + ":/data", ImagesFixture.Cli, "run", "--", "sh", "-c", "echo out; exit 7");
        Assert.True(code == 7, error);
        Assert.Equal("out\n", output);
    }

    [Fact]
    public async Task An_address_that_others_reach_is_refused_with_the_reason()
    {
        (int code, string output, string error) = await _engine.TryAsync(
            "run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", ImagesFixture.Service);
        Assert.NotEqual(0, code);
        Assert.Contains("FuncExec__Http__", output + error, StringComparison.Ordinal);
    }

    private static object Shell(string script) => new { command = "sh", args = new[] { "-c", script } };
}
