using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using FuncExec.Service.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Conditions;

/// <summary>The service where it may not have what it needs, and after it may again.</summary>
public sealed class ScarceResourceTests(ITestOutputHelper output)
{
    private const int Tasks = 150;

    /// <summary>Ids of users that nobody is, so that their processes can be counted.</summary>
    private static readonly string s_nobody = $"{Random.Shared.Next(100_000, 1_000_000_000)}";

    private static readonly Dictionary<string, string> s_settings = new()
    {
        ["MAX_CONCURRENT_TASKS"] = "100",
        ["FuncExec__Engine__DrainTimeout"] = "00:00:00.5",
    };

    [Fact]
    public async Task Without_descriptors_no_command_is_taken_for_failed_and_all_run_once_there_are_some()
    {
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Data, s_settings);
        await service.StartAsync();
        await RunAsync(service.Api, 1);
        int open = Directory.GetFiles($"/proc/{service.ProcessId}/fd").Length;

        // Enough for some commands beside the reserve, not for a hundred.
        await SystemLimits.SetAsync(service.ProcessId, "nofile", open + 64 + 60);
        await MeetLimitAsync(service, "descriptor", () => SystemLimits.SetAsync(service.ProcessId, "nofile", 4_096));
    }

    [Fact]
    public async Task However_many_clients_connect_the_service_goes_on_and_has_room_for_commands()
    {
        using var data = new DataDirectory();
        await using var service = new ServiceProcess(data.Data, s_settings);
        await service.StartAsync("prlimit", "--nofile=1024:1024");
        var clients = new List<Socket>();
        try
        {
            for (int i = 0; i < 1_200; i++)
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                clients.Add(client);
                await client.ConnectAsync(service.Address);
            }

            // The client of the test is connected already.
            await RunAsync(service.Api, 30);
            Assert.False(service.HasExited);
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }

        await RunAsync(service.Api, 30);
    }

    /// <summary>
    /// The runtime needs threads, which are processes to this limit, and ends the service when it cannot have one. That is as
    /// good as any other kill.
    /// </summary>
    [Fact]
    public async Task Without_processes_nothing_is_recorded_falsely_and_all_run_once_there_may_be_some()
    {
        using var data = new DataDirectory();
        data.GiveToAll();
        await using var service = new ServiceProcess(data.Data, s_settings);
        await service.StartAsync(AsNobody());
        await RunAsync(service.Api, 100);
        int threads = Directory.GetDirectories($"/proc/{service.ProcessId}/task").Length;
        await SystemLimits.SetAsync(service.ProcessId, "nproc", threads + 30, AsNobody());
        string id = await PostAsync(service.Api, Tasks);
        await Patience.UntilAsync("the limit is met", () => service.HasExited || service.Log.Contains("no process ", StringComparison.Ordinal));
        if (!service.HasExited)
        {
            await SystemLimits.SetAsync(service.ProcessId, "nproc", 10_000, AsNobody());
        }

        // .NET ends a process that can have no thread when it must; that may have begun before there was room again.
        Task judging = JudgeAsync(service.Api, id);
        while (!judging.IsCompleted)
        {
            if (service.HasExited)
            {
                output.WriteLine($"The service has ended:\n{service.Log}");
                await service.WaitForExitAsync();
                await service.StartAsync(AsNobody());
            }

            await Task.WhenAny(judging, Task.Delay(50));
        }

        await judging;
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_ends_the_start_and_is_named()
    {
        using var data = new DataDirectory();
        Directory.CreateDirectory(data.Data, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        data.GiveToAll();
        await using var service = new ServiceProcess(data.Data);

        service.Launch(Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override"] : []);

        Assert.Equal(1, await service.WaitForExitAsync());
        output.WriteLine(service.Log);
        Assert.Contains(data.Data, service.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", service.Log, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(data.Data));
    }

    /// <summary>
    /// What a privileged test does as nobody in particular, any other does as itself. Nobody may read a clone in root's home
    /// here; access(2) counts that right only with that bit set.
    /// </summary>
    private static string[] AsNobody() => Environment.IsPrivilegedProcess
        ? ["setpriv", $"--reuid={s_nobody}", $"--regid={s_nobody}", "--clear-groups", "--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        : [];

    private async Task MeetLimitAsync(ServiceProcess service, string what, Func<Task> lift)
    {
        string id = await PostAsync(service.Api, Tasks);
        await Patience.UntilAsync($"the service names the {what}", () => service.Log.Contains($"no {what} ", StringComparison.Ordinal));
        output.WriteLine(service.Log.Split('\n').First(line => line.Contains($"no {what} ", StringComparison.Ordinal)));
        JsonElement counts = (await service.Api.ReadAsync($"/api/jobs/{id}")).GetProperty("counts");
        output.WriteLine(counts.ToString());
        Assert.Equal(0, counts.GetProperty("failed").GetInt32());
        await lift();
        await JudgeAsync(service.Api, id);
    }

    private static async Task JudgeAsync(ServiceClient api, string id)
    {
        JsonElement job = await api.WaitForEndAsync(id);
        Assert.True(job.GetProperty("counts").GetProperty("succeeded").GetInt32() == Tasks, job.ToString());
        List<JsonElement> tasks = await api.ListAsync($"/api/jobs/{id}/tasks");
        Assert.All(tasks, static task => Assert.Equal(
            (1, task.GetProperty("index").GetInt32().ToString(CultureInfo.InvariantCulture) + "\n"),
            (task.GetProperty("attempt").GetInt32(), task.GetProperty("stdout").GetString())));
        await RunAsync(api, 20);
    }

    private static async Task RunAsync(ServiceClient api, int tasks)
    {
        JsonElement job = await api.WaitForEndAsync(await PostAsync(api, tasks));
        Assert.True(job.GetProperty("counts").GetProperty("succeeded").GetInt32() == tasks, job.ToString());
    }

    private static async Task<string> PostAsync(ServiceClient api, int tasks)
    {
        object commands = Enumerable.Range(0, tasks).Select(static index => new { command = "sh", args = new[] { "-c", $"echo {index}; exec sleep 0.5" } });
        return (await api.PostJobAsync(new { commands })).GetProperty("id").GetString()!;
    }
}
