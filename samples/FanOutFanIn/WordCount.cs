using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FanOutFanIn;

/// <summary>Fan out, fan in: the files of a directory are counted side by side, and the counts are added up.</summary>
public class WordCount
{
    [Function(nameof(CountWords))]
    public async Task<int> CountWords([OrchestrationTrigger] TaskOrchestrationContext context, string directory)
    {
        string[] files = await context.CallActivityAsync<string[]>(nameof(ListFiles), directory);

        var counts = new List<Task<int>>();
        foreach (string file in files)
        {
            counts.Add(context.CallActivityAsync<int>(
                nameof(CountWordsOfFile), file, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1)))));
        }

        await Task.WhenAll(counts);
        return counts.Sum(count => count.Result);
    }

    [Function(nameof(ListFiles))]
    public string[] ListFiles([ActivityTrigger] string directory) => Directory.GetFiles(directory, "*.txt");

    [Function(nameof(CountWordsOfFile))]
    public async Task<int> CountWordsOfFile([ActivityTrigger] string file, CancellationToken cancellationToken)
    {
        string text = await File.ReadAllTextAsync(file, cancellationToken);
        return text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
    }

    [Function(nameof(StartCount))]
    public async Task<HttpResponseData> StartCount(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "counts")] HttpRequestData request,
        [DurableClient] DurableTaskClient client)
    {
        string? directory = await request.ReadAsStringAsync();
        string instanceId = await client.ScheduleNewOrchestrationInstanceAsync(nameof(CountWords), directory);
        return await client.CreateCheckStatusResponseAsync(request, instanceId);
    }
}
