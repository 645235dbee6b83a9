using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FuncExec.Service.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Conditions;

/// <summary>The service on a disk that becomes full.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int DiskMebi = 24;

    /// <summary>A small disk in a mount namespace of its own, which ends with the service.</summary>
    private static string[] OnSmallDisk(string directory) =>
    [
        "unshare", .. Environment.IsPrivilegedProcess ? Array.Empty<string>() : ["--map-root-user"], "--mount", "sh", "-c",
        $"mkdir -p '{directory}' && mount -t tmpfs -o size={DiskMebi}m none '{directory}' && exec \"$@\"", "sh",
    ];

    [Fact]
    public async Task With_too_little_left_nothing_is_taken_and_what_runs_goes_on()
    {
        using var data = new DataDirectory();
        using var gate = new Gate(data);
        await using var service = new ServiceProcess(data.Data, new Dictionary<string, string> { ["FuncExec__MinFreeDisk"] = $"{8 * 1024 * 1024}" });
        await service.StartAsync(OnSmallDisk(data.Data));
        string id = await gate.PostAsync(service.Api);
        await FillAsync(service, leave: 4 * 1024 * 1024);

        Answer refused = await service.Api.SendAsync(HttpMethod.Post, "/api/jobs", static () => JsonContent.Create(new { command = "true" }));

        output.WriteLine($"{(int)refused.Status} {refused.Text}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.NotNull(refused.Message.Headers.RetryAfter);
        Assert.Contains("FuncExec__MinFreeDisk", refused.Text, StringComparison.Ordinal);
        gate.Open();
        Assert.Equal("succeeded", (await service.Api.WaitForEndAsync(id)).GetProperty("status").GetString());
        MakeRoom(service);
        await EndsRightAsync(service.Api, new { command = "true" });
        Assert.Equal(2, (await service.Api.ListAsync("/api/jobs")).Count);
    }

    [Fact]
    public async Task With_nothing_left_nothing_is_recorded_falsely_and_work_goes_on_once_there_is_room()
    {
        using var data = new DataDirectory();
        using var gate = new Gate(data);
        await using var service = new ServiceProcess(data.Data, new Dictionary<string, string> { ["FuncExec__MinFreeDisk"] = "0" });
        await service.StartAsync(OnSmallDisk(data.Data));
        var accepted = new HashSet<string> { await gate.PostAsync(service.Api) };
        await FillAsync(service, leave: 0);

        // The logs have some room of their own, so that the first ones may still be taken.
        object large = new { command = "sh", args = new[] { "-c", "exit 0", Convert.ToHexString(RandomBytes(60_000)) } };
        Answer answer = await PostAsync(service.Api, large);
        for (int i = 0; i < 1_000 && answer.Status is HttpStatusCode.Accepted; i++)
        {
            accepted.Add(answer.Json.GetProperty("id").GetString()!);
            answer = await PostAsync(service.Api, large);
        }

        output.WriteLine($"{accepted.Count} accepted, then {(int)answer.Status} {answer.Text}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Contains("full", answer.Text, StringComparison.Ordinal);
        gate.Open();
        await Patience.UntilAsync("the command has ended", () => gate.Living.Count == 0);
        MakeRoom(service);

        foreach (string id in accepted)
        {
            JsonElement job = await service.Api.WaitForEndAsync(id);
            Assert.True(job.GetProperty("status").GetString() == "succeeded", job.ToString());
        }

        await EndsRightAsync(service.Api, large);
        Assert.Equal(accepted.Count + 1, (await service.Api.ListAsync("/api/jobs")).Count);
    }

    private static Task<Answer> PostAsync(ServiceClient api, object job) =>
        api.SendAsync(HttpMethod.Post, "/api/jobs", () => JsonContent.Create(job));

    private static async Task EndsRightAsync(ServiceClient api, object job)
    {
        string id = (await api.PostJobAsync(job)).GetProperty("id").GetString()!;
        Assert.Equal("succeeded", (await api.WaitForEndAsync(id)).GetProperty("status").GetString());
    }

    private static async Task FillAsync(ServiceProcess service, long leave)
    {
        var disk = new DriveInfo(service.SeenDirectory);
        await using FileStream filling = File.Create(Filling(service));
        byte[] block = new byte[4096];
        try
        {
            while (disk.AvailableFreeSpace > leave)
            {
                await filling.WriteAsync(block);
                await filling.FlushAsync();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static void MakeRoom(ServiceProcess service) => File.Delete(Filling(service));

    private static string Filling(ServiceProcess service) => Path.Combine(service.SeenDirectory, "filling");

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }
}
