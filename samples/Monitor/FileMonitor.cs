using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Monitor;

/// <summary>Monitor: looks again and again, with durable timers between, until something is so or time is up.</summary>
public class FileMonitor(IFileProbe probe)
{
    [Function(nameof(WatchFile))]
    public static async Task<string> WatchFile([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Watch watch = context.GetInput<Watch>()!;
        DateTime end = context.CurrentUtcDateTime + watch.For;
        for (int looks = 1; context.CurrentUtcDateTime < end; looks++)
        {
            if (await context.CallActivityAsync<bool>(nameof(FileIsThere), watch.Path))
            {
                return "there";
            }

            context.SetCustomStatus(new { looks });
            await context.CreateTimer(watch.Every, CancellationToken.None);
        }

        return "not there in time";
    }

    [Function(nameof(FileIsThere))]
    public bool FileIsThere([ActivityTrigger] string path) => probe.Exists(path);

    [Function(nameof(StartWatch))]
    public static async Task<IActionResult> StartWatch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "watches/{name:alpha}")] HttpRequest request,
        [FromBody] Watch watch,
        [DurableClient] DurableTaskClient client,
        string name)
    {
        if (await client.GetInstanceAsync(name) is { IsCompleted: false })
        {
            return new ConflictObjectResult($"'{name}' watches already.");
        }

        await client.ScheduleNewOrchestrationInstanceAsync(nameof(WatchFile), watch, new StartOrchestrationOptions(InstanceId: name));
        return new AcceptedResult($"/api/watches/{name}", null);
    }

    [Function(nameof(GetWatch))]
    public static async Task<IActionResult> GetWatch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "watches/{name}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string name)
    {
        OrchestrationMetadata? watch = await client.GetInstanceAsync(name, getInputsAndOutputs: true);
        return watch is null
            ? new NotFoundResult()
            : new OkObjectResult(new
            {
                status = watch.RuntimeStatus.ToString(),
                progress = watch.SerializedCustomStatus,
                result = watch.IsCompleted ? watch.ReadOutputAs<string>() : null,
            });
    }
}

public record Watch(string Path, TimeSpan Every, TimeSpan For);

public interface IFileProbe
{
    bool Exists(string path);
}

public class FileProbe : IFileProbe
{
    public bool Exists(string path) => File.Exists(path);
}
