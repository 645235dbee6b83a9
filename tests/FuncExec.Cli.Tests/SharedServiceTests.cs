using System.Text.Json;

namespace FuncExec.Cli.Tests;

public sealed class SharedServiceTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Two_at_once_share_the_service_of_the_first_which_stays_until_the_second_is_served()
    {
        string[] waiting = ["run", "--", "/bin/sh", "-c", "echo up; until [ -e $0 ]; do sleep 0.05; done; echo done"];
        using CliProcess first = CliProcess.Start(_directory, [.. waiting, "one"]);
        await first.WaitForOutputAsync("up");
        using CliProcess second = CliProcess.Start(_directory, [.. waiting, "two"]);
        await second.WaitForOutputAsync("up");

        await File.WriteAllTextAsync(_directory.File("one"), "");
        await first.WaitForErrorAsync("waiting for the job ");
        await File.WriteAllTextAsync(_directory.File("two"), "");

        Assert.Equal("up\ndone\n", (await second.WaitAsync()).Expect(0).Text);
        Assert.Equal("up\ndone\n", (await first.WaitAsync()).Expect(0).Text);
    }

    [Fact]
    public async Task Ten_started_together_all_end_right()
    {
        CliProcess[] all = [.. Enumerable.Range(0, 10).Select(number => CliProcess.Start(_directory, ["run", "--", "/bin/sh", "-c", $"echo {number}; exit {number}"]))];
        for (int number = 0; number < all.Length; number++)
        {
            Assert.Equal($"{number}\n", (await all[number].WaitAsync()).Expect(number).Text);
            all[number].Dispose();
        }
    }

    [Fact]
    public async Task When_the_first_is_killed_the_second_goes_on_with_its_job_by_itself()
    {
        using CliProcess first = CliProcess.Start(_directory, ["run", "--", "/bin/sh", "-c", "echo up; exec sleep 600"]);
        await first.WaitForOutputAsync("up");
        using CliProcess second = CliProcess.Start(_directory, ["run", "--", "/bin/sh", "-c", "echo up; until [ -e go ]; do sleep 0.05; done; echo done"]);
        await second.WaitForOutputAsync("up");

        first.Signal(LibC.SigKill);
        await first.WaitAsync();
        await File.WriteAllTextAsync(_directory.File("go"), "");

        Assert.EndsWith("up\ndone\n", (await second.WaitAsync()).Expect(0).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_found_by_its_file_which_only_its_owner_can_read_and_goes_with_it()
    {
        using CliProcess service = await ServeAsync();
        string file = Path.Combine(_directory.Data, "server.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        using (JsonDocument description = JsonDocument.Parse(await File.ReadAllBytesAsync(file)))
        {
            Assert.Equal(service.Id, description.RootElement.GetProperty("pid").GetInt32());
        }

        // Against a service, commands start in its surroundings.
        CliResult result = await CliProcess.RunAsync(_directory, "run", "--cwd", "/", "--", "/bin/sh", "-c", "pwd; ps -o ppid= -p $$");
        string[] lines = result.Expect(0).Text.Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal("/", lines[0]);
        CliResult own = await CliProcess.RunAsync(_directory, "run", "--", "pwd");
        Assert.NotEqual(_directory.Caller + "\n", own.Expect(0).Text);

        service.Signal(LibC.SigTerm);
        (await service.WaitAsync()).Expect(0);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_detached_job_stays_with_the_service()
    {
        using CliProcess service = await ServeAsync();
        CliResult detached = await CliProcess.RunAsync(_directory, "run", "--detach", "--name", "apart", "--", "true");
        string id = detached.Expect(0).Text.TrimEnd('\n');
        Assert.Equal(26, id.Length);

        CliResult status = await CliProcess.RunAsync(_directory, "status", id);
        Assert.StartsWith($"job       {id}\nname      apart\nstatus    ", status.Expect(0).Text, StringComparison.Ordinal);
        CliResult json = await CliProcess.RunAsync(_directory, "status", id, "--json");
        using JsonDocument job = JsonDocument.Parse(json.Expect(0).Output);
        Assert.Equal(id, job.RootElement.GetProperty("id").GetString());
        service.Signal(LibC.SigTerm);
        (await service.WaitAsync()).Expect(0);
    }

    [Fact]
    public async Task Without_a_service_that_stays_nothing_is_detached()
    {
        CliResult alone = await CliProcess.RunAsync(_directory, "run", "--detach", "--", "true");
        using CliProcess other = CliProcess.Start(_directory, ["run", "--", "/bin/sh", "-c", "echo up; until [ -e go ]; do sleep 0.05; done"]);
        await other.WaitForOutputAsync("up");
        CliResult beside = await CliProcess.RunAsync(_directory, "run", "--detach", "--", "true");
        await File.WriteAllTextAsync(_directory.File("go"), "");

        Assert.Equal($"funcexec: --detach needs a service that stays, and none runs over {_directory.Data}. Start one: funcexec serve\n", alone.Expect(125).Error);
        Assert.Contains(" belongs to another funcexec and ends with it.", beside.Expect(125).Error, StringComparison.Ordinal);
        (await other.WaitAsync()).Expect(0);
    }

    [Fact]
    public async Task A_service_that_comes_back_is_followed_on()
    {
        CliProcess service = await ServeAsync();
        using CliProcess cli = CliProcess.Start(_directory, ["run", "--", "/bin/sh", "-c", $"echo up; until [ -e {_directory.File("go")} ]; do sleep 0.05; done; echo done"]);
        await cli.WaitForOutputAsync("up");
        service.Signal(LibC.SigKill);
        await service.WaitAsync();
        service.Dispose();

        using CliProcess again = await ServeAsync();
        await File.WriteAllTextAsync(_directory.File("go"), "");

        Assert.EndsWith("up\ndone\n", (await cli.WaitAsync()).Expect(0).Text, StringComparison.Ordinal);
        again.Signal(LibC.SigTerm);
        (await again.WaitAsync()).Expect(0);
    }

    [Fact]
    public async Task A_file_of_a_killed_service_misleads_nobody()
    {
        Directory.CreateDirectory(_directory.Data);
        // This process lives, and is not the one that the file means.
        await File.WriteAllTextAsync(
            Path.Combine(_directory.Data, "server.json"),
            $$"""{"url":"http://127.0.0.1:1","pid":{{Environment.ProcessId}},"process":"of another boot","startedAt":"2026-01-01T00:00:00Z"}""");

        Assert.Equal("here\n", (await CliProcess.RunAsync(_directory, "run", "--", "echo", "here")).Expect(0).Text);
    }

    private async Task<CliProcess> ServeAsync()
    {
        CliProcess service = CliProcess.Start(_directory, ["serve", "--urls", "http://127.0.0.1:0"]);
        string file = Path.Combine(_directory.Data, "server.json");
        long begun = Environment.TickCount64;
        while (!File.Exists(file) || !(await File.ReadAllTextAsync(file)).Contains($"\"pid\":{service.Id},", StringComparison.Ordinal))
        {
            Assert.True(Environment.TickCount64 - begun < TimeSpan.FromMinutes(2).TotalMilliseconds, "The service did not start.");
            await Task.Delay(20);
        }

        return service;
    }
}
