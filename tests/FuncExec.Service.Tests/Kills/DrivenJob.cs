using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Kills;

/// <summary>A job as its client sees it: sent, steered and followed to its end, over whatever happens to the service.</summary>
internal sealed class DrivenJob(ServiceClient api, JobCase one)
{
    public JobCase Case => one;

    public string Id { get; private set; } = "";

    /// <summary>The numbered events that came.</summary>
    public IReadOnlyList<FollowedEvent> Events { get; private set; } = [];

    /// <summary>How often its events were resumed.</summary>
    public int Resumptions { get; private set; }

    public async Task RunAsync()
    {
        Id = await PostAsync();

        // Whoever did not hear the answer sends the same again.
        Assert.Equal(Id, await PostAsync());
        var follower = new EventFollower(api, Id);
        Task following = follower.RunAsync();
        await SteerAsync(follower);
        await following;
        Events = follower.Events;
        Resumptions = follower.Resumptions;
        if (one.Steering is Steering.Rerun)
        {
            await RerunAsync();
        }
    }

    private async Task<string> PostAsync()
    {
        Answer answer = await api.SendAsync(HttpMethod.Post, "/api/jobs", Content, one.Name);
        Assert.True(answer.Status is HttpStatusCode.Accepted or HttpStatusCode.OK, $"{answer.Status}: {answer.Text}");
        return answer.Json.GetProperty("id").GetString()!;
    }

    private HttpContent Content()
    {
        ByteArrayContent document = new(one.Bytes);
        document.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return one.Workspace is { } workspace
            ? new MultipartFormDataContent { { document, "job" }, { new ByteArrayContent(workspace), "workspace", "w.zip" } }
            : document;
    }

    private async Task SteerAsync(EventFollower follower)
    {
        if (one.Steering is Steering.Cancel)
        {
            await follower.Begun;
            Answer answer = await api.SendAsync(HttpMethod.Post, $"/api/jobs/{Id}/cancel");

            // What was cancelled and whose answer was lost may have ended.
            Assert.True(answer.Status is HttpStatusCode.Accepted or HttpStatusCode.Conflict, $"{answer.Status}: {answer.Text}");
        }
        else if (one.Steering is Steering.SuspendAndResume)
        {
            await follower.Begun;
            Answer answer = await api.SendAsync(HttpMethod.Post, $"/api/jobs/{Id}/suspend");
            if (answer.Status is HttpStatusCode.Accepted)
            {
                await SeeItHeldAsync();
                answer = await api.SendAsync(HttpMethod.Post, $"/api/jobs/{Id}/resume");
            }

            Assert.True(answer.Status is HttpStatusCode.Accepted or HttpStatusCode.Conflict, $"{answer.Status}: {answer.Text}");
        }
    }

    private async Task SeeItHeldAsync()
    {
        JsonElement job = await api.ReadAsync($"/api/jobs/{Id}");
        if (job.GetProperty("finishedAt").ValueKind is JsonValueKind.Null)
        {
            Assert.Equal("suspended", job.GetProperty("status").GetString());
            await Patience.UntilAsync($"nothing of {Id} runs", async () =>
                (await api.ReadAsync($"/api/jobs/{Id}")).GetProperty("counts").GetProperty("running").GetInt32() == 0);
        }
    }

    private async Task RerunAsync()
    {
        await File.WriteAllTextAsync(one.RerunNeeds!, "");
        Answer answer = await api.SendAsync(HttpMethod.Post, $"/api/jobs/{Id}/rerun");
        Assert.True(answer.Status is HttpStatusCode.Accepted, $"{answer.Status}: {answer.Text}");
    }
}
