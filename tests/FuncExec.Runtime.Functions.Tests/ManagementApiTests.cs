using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class ManagementApiTests : IAsyncLifetime
{
    private const string Base = "/runtime/webhooks/durabletask";

    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(typeof(DurableApp));

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Fact]
    public async Task Start_answers_202_with_location_retry_and_addresses()
    {
        using HttpResponseMessage response = await PostAsync("/orchestrators/Wait/order-1");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("10", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        string body = await response.Content.ReadAsStringAsync();
        JsonElement started = JsonDocument.Parse(body).RootElement;
        Assert.Equal(
            ["id", "statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "purgeHistoryDeleteUri", "restartPostUri", "suspendPostUri", "resumePostUri"],
            started.EnumerateObject().Select(member => member.Name));
        Assert.Equal("order-1", started.GetProperty("id").GetString());
        Assert.Equal(started.GetProperty("statusQueryGetUri").GetString(), response.Headers.Location!.OriginalString);
        string instance = $"{_app.Address.ToString().TrimEnd('/')}{Base}/instances/order-1";
        Assert.StartsWith($"{instance}?code=", started.GetProperty("statusQueryGetUri").GetString(), StringComparison.Ordinal);
        Assert.StartsWith($"{instance}/raiseEvent/{{eventName}}?code=", started.GetProperty("sendEventPostUri").GetString(), StringComparison.Ordinal);
        Assert.StartsWith($"{instance}/terminate?reason={{text}}&code=", started.GetProperty("terminatePostUri").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_status_response_has_the_released_keys_in_their_order()
    {
        using HttpResponseMessage response = await _app.SendAsync(HttpMethod.Post, "/api/start/Wait");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.False(response.Headers.Contains("Retry-After"));
        string body = await response.Content.ReadAsStringAsync();
        JsonElement started = JsonDocument.Parse(body).RootElement;
        Assert.Equal(
            ["id", "purgeHistoryDeleteUri", "sendEventPostUri", "statusQueryGetUri", "terminatePostUri", "suspendPostUri", "resumePostUri", "rewindPostUri", "restartPostUri"],
            started.EnumerateObject().Select(member => member.Name));
        Assert.Equal(started.GetProperty("statusQueryGetUri").GetString(), response.Headers.Location!.OriginalString);
        Assert.Contains("/terminate?reason={text}\\u0026code=", body, StringComparison.Ordinal);
        Assert.Contains("/raiseEvent/{eventName}?code=", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_of_a_running_instance_is_202_with_its_own_location()
    {
        string id = await StartAsync("Wait");
        await WaitForCustomStatusAsync(id);

        using HttpResponseMessage response = await _app.Http.GetAsync($"{Base}/instances/{id}?code={_app.Key}&showInput=false");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("5", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.Equal(response.RequestMessage!.RequestUri, response.Headers.Location);
        OrchestrationMetadata instance = (await _app.Client.GetInstanceAsync(id))!;
        Assert.Equal(
            $$$"""{"name":"Wait","instanceId":"{{{id}}}","runtimeStatus":"Running","input":null,"customStatus":{"step":"waiting"},"output":null,"createdTime":"{{{instance.CreatedAt.UtcDateTime:s}}}Z","lastUpdatedTime":"{{{instance.LastUpdatedAt.UtcDateTime:s}}}Z"}""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Status_of_a_finished_instance_is_200_with_input_and_output()
    {
        string id = await StartAsync("Echo", """{"a": [1, 2.50, "ü"]}""");
        await _app.WaitAsync(id);

        using HttpResponseMessage response = await _app.SendAsync(HttpMethod.Get, $"{Base}/instances/{id}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(response.Headers.Location);
        JsonElement status = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        JsonElement sent = JsonDocument.Parse("""{"a":[1,2.50,"ü"]}""").RootElement;
        Assert.True(JsonElement.DeepEquals(sent, status.GetProperty("input")));
        Assert.True(JsonElement.DeepEquals(sent, status.GetProperty("output")));
        Assert.False(status.TryGetProperty("historyEvents", out _));
    }

    [Fact]
    public async Task Unknown_instance_is_404_without_a_body()
    {
        using HttpResponseMessage response = await _app.SendAsync(HttpMethod.Get, $"{Base}/instances/nobody");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Failed_instance_says_why_and_is_500_when_asked_to()
    {
        string id = await StartAsync("Fail");
        await _app.WaitAsync(id);

        using HttpResponseMessage plain = await _app.SendAsync(HttpMethod.Get, $"{Base}/instances/{id}");
        using HttpResponseMessage asked = await _app.SendAsync(HttpMethod.Get, $"{Base}/instances/{id}?returnInternalServerErrorOnFailure=true");

        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, asked.StatusCode);
        JsonElement status = await plain.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Failed", status.GetProperty("runtimeStatus").GetString());
        string output = status.GetProperty("output").GetString()!;
        Assert.StartsWith(typeof(Microsoft.DurableTask.TaskFailedException).FullName + ": ", output, StringComparison.Ordinal);
        Assert.Contains("broken", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_shows_calls_with_their_scheduled_time()
    {
        string id = await StartAsync("Chain");
        await _app.WaitAsync(id);

        JsonElement bare = await _app.GetJsonAsync($"{Base}/instances/{id}?showHistory=true&showInput=false");
        JsonElement full = await _app.GetJsonAsync($"{Base}/instances/{id}?showHistory=true&showHistoryOutput=true");

        JsonElement[] events = [.. bare.GetProperty("historyEvents").EnumerateArray()];
        Assert.Equal(["ExecutionStarted", "TaskCompleted", "TaskCompleted", "ExecutionCompleted"], events.Select(Kind));
        Assert.Equal("Chain", events[0].GetProperty("FunctionName").GetString());
        Assert.Equal("Greet", events[1].GetProperty("FunctionName").GetString());
        Assert.True(events[1].GetProperty("ScheduledTime").GetDateTime() <= events[1].GetProperty("Timestamp").GetDateTime());
        Assert.All(events, item => Assert.False(item.TryGetProperty("Input", out _) || item.TryGetProperty("Result", out _)));
        Assert.Equal("Completed", events[3].GetProperty("OrchestrationStatus").GetString());
        JsonElement[] shown = [.. full.GetProperty("historyEvents").EnumerateArray()];
        Assert.Equal("Hello Tokyo!", shown[1].GetProperty("Result").GetString());
        Assert.Equal("\"Tokyo\"", shown[1].GetProperty("Input").GetString());
        Assert.Equal("""["Hello Tokyo!","Hello London!"]""", shown[3].GetProperty("Result").GetRawText());
    }

    [Fact]
    public async Task History_shows_timers_children_events_and_failures()
    {
        string parent = await StartAsync("Parent");
        string failed = await StartAsync("Fail");
        string waiting = await StartAsync("Wait");
        await PostAsync($"/instances/{waiting}/raiseEvent/GO", "\"now\"");
        await Task.WhenAll(_app.WaitAsync(parent), _app.WaitAsync(failed), _app.WaitAsync(waiting));

        Assert.Equal(
            ["ExecutionStarted", "TimerCreated", "TimerFired", "TimerCreated", "SubOrchestrationInstanceCompleted", "ExecutionCompleted"],
            await KindsAsync(parent));
        Assert.Equal(["ExecutionStarted", "TaskFailed", "ExecutionCompleted"], await KindsAsync(failed));
        Assert.Equal(["ExecutionStarted", "EventRaised", "ExecutionCompleted"], await KindsAsync(waiting));
    }

    [Fact]
    public async Task History_tells_failures_in_full_and_the_ids_of_children()
    {
        string parent = await StartAsync("Parent");
        string failed = await StartAsync("Fail");
        string well = await StartAsync("Echo", "1");
        await Task.WhenAll(_app.WaitAsync(parent), _app.WaitAsync(failed), _app.WaitAsync(well));

        JsonElement ofWell = await _app.GetJsonAsync($"{Base}/instances/{well}?showHistory=true");
        JsonElement ofParent = await _app.GetJsonAsync($"{Base}/instances/{parent}?showHistory=true");
        JsonElement ofFailed = await _app.GetJsonAsync($"{Base}/instances/{failed}?showHistory=true");

        JsonElement child = ofParent.GetProperty("historyEvents").EnumerateArray().Single(static item => Kind(item) == "SubOrchestrationInstanceCompleted");
        Assert.NotNull(await _app.Client.GetInstanceAsync(child.GetProperty("InstanceId").GetString()!));
        JsonElement[] events = [.. ofFailed.GetProperty("historyEvents").EnumerateArray()];
        string type = events[1].GetProperty("FailureDetails").GetProperty("ErrorType").GetString()!;
        JsonElement end = events[2].GetProperty("FailureDetails");
        Assert.Equal(typeof(Microsoft.DurableTask.TaskFailedException).FullName, end.GetProperty("ErrorType").GetString());
        Assert.Equal(type, end.GetProperty("InnerFailure").GetProperty("ErrorType").GetString());
        Assert.Equal(JsonValueKind.Null, ofWell.GetProperty("historyEvents")[1].GetProperty("FailureDetails").ValueKind);
    }

    [Fact]
    public async Task Event_finishes_the_one_that_waits_for_it_in_any_casing()
    {
        string id = await StartAsync("Wait");

        using HttpResponseMessage response = await PostAsync($"/instances/{id}/raiseEvent/Go", "\"now\"");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("now", (await _app.WaitAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Suspend_and_resume_answer_202_and_hold_the_instance()
    {
        string id = await StartAsync("Wait");
        await WaitForCustomStatusAsync(id);

        using HttpResponseMessage suspended = await PostAsync($"/instances/{id}/suspend?reason=lunch");
        await WaitForStatusAsync(id, OrchestrationRuntimeStatus.Suspended);
        using HttpResponseMessage status = await _app.SendAsync(HttpMethod.Get, $"{Base}/instances/{id}");
        using HttpResponseMessage raised = await PostAsync($"/instances/{id}/raiseEvent/go", "\"later\"");
        using HttpResponseMessage resumed = await PostAsync($"/instances/{id}/resume?reason=back");

        Assert.All([suspended, raised, resumed], response => Assert.Equal(HttpStatusCode.Accepted, response.StatusCode));
        Assert.Equal(HttpStatusCode.Accepted, status.StatusCode);
        Assert.Equal("later", (await _app.WaitAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Terminate_ends_the_instance_with_the_reason_and_a_second_one_is_410()
    {
        string id = await StartAsync("Wait");

        using HttpResponseMessage first = await PostAsync($"/instances/{id}/terminate?reason=too%20late");
        await _app.WaitAsync(id);
        using HttpResponseMessage second = await PostAsync($"/instances/{id}/terminate?reason=again");

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.Gone, second.StatusCode);
        JsonElement status = await _app.GetJsonAsync($"{Base}/instances/{id}");
        Assert.Equal("Terminated", status.GetProperty("runtimeStatus").GetString());
        Assert.Equal("too late", status.GetProperty("output").GetString());
    }

    [Fact]
    public async Task Start_with_a_timeout_answers_the_output_when_it_ends_in_time()
    {
        using HttpResponseMessage finished = await PostAsync("/orchestrators/Echo?timeout=60&pollingInterval=1", "[1]");
        using HttpResponseMessage failed = await PostAsync("/orchestrators/Fail?timeout=60&pollingInterval=1");
        using HttpResponseMessage unfinished = await PostAsync("/orchestrators/Wait?timeout=0.05&pollingInterval=0.05");

        Assert.Equal(HttpStatusCode.OK, finished.StatusCode);
        Assert.Equal("[1]", await finished.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, failed.StatusCode);
        Assert.Equal("Failed", (await failed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("runtimeStatus").GetString());
        Assert.Equal(HttpStatusCode.Accepted, unfinished.StatusCode);
    }

    [Fact]
    public async Task List_filters_and_goes_on_by_continuation()
    {
        for (int i = 0; i < 5; i++)
        {
            await _app.WaitAsync(await StartAsync($"Echo/page-{i}"));
        }

        string waiting = await StartAsync("Wait/other");
        List<string> seen = [];
        string? continuation = null;
        do
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"{Base}/instances?top=2&instanceIdPrefix=page-&code={_app.Key}");
            if (continuation is not null)
            {
                request.Headers.Add("x-ms-continuation-token", continuation);
            }

            using HttpResponseMessage response = await _app.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            JsonElement page = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.InRange(page.GetArrayLength(), 0, 2);
            seen.AddRange(page.EnumerateArray().Select(item => item.GetProperty("instanceId").GetString()!));
            continuation = response.Headers.TryGetValues("x-ms-continuation-token", out IEnumerable<string>? next) ? next.Single() : null;
        }
        while (continuation is not null);

        Assert.Equal(["page-0", "page-1", "page-2", "page-3", "page-4"], seen);
        JsonElement unfinished = await _app.GetJsonAsync($"{Base}/instances?runtimeStatus=Running,Pending");
        Assert.Equal(waiting, Assert.Single(unfinished.EnumerateArray()).GetProperty("instanceId").GetString());
        JsonElement future = await _app.GetJsonAsync($"{Base}/instances?createdTimeFrom=2999-01-01T00:00:00Z");
        Assert.Equal(0, future.GetArrayLength());
    }

    [Fact]
    public async Task Purge_one_deletes_a_finished_instance()
    {
        string id = await StartAsync("Echo");
        await _app.WaitAsync(id);

        using HttpResponseMessage purged = await _app.SendAsync(HttpMethod.Delete, $"{Base}/instances/{id}");
        using HttpResponseMessage again = await _app.SendAsync(HttpMethod.Delete, $"{Base}/instances/{id}");

        Assert.Equal(HttpStatusCode.OK, purged.StatusCode);
        Assert.Equal("""{"instancesDeleted":1}""", await purged.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Purge_of_one_that_runs_is_412()
    {
        string id = await StartAsync("Wait");

        using HttpResponseMessage response = await _app.SendAsync(HttpMethod.Delete, $"{Base}/instances/{id}");

        Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
    }

    [Fact]
    public async Task Rewind_and_restart_are_permitted_by_the_codes_in_their_addresses()
    {
        using HttpResponseMessage response = await _app.SendAsync(HttpMethod.Post, "/api/start/Fail");
        JsonElement links = await response.Content.ReadFromJsonAsync<JsonElement>();
        await _app.WaitAsync(links.GetProperty("id").GetString()!);

        foreach (string operation in (string[])["rewindPostUri", "restartPostUri"])
        {
            using HttpResponseMessage answer = await _app.Http.PostAsync(links.GetProperty(operation).GetString(), null);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Purge_by_filter_deletes_what_has_finished()
    {
        await _app.WaitAsync(await StartAsync("Echo"));
        await _app.WaitAsync(await StartAsync("Fail"));
        string waiting = await StartAsync("Wait");

        using HttpResponseMessage failed = await _app.SendAsync(HttpMethod.Delete, $"{Base}/instances?createdTimeFrom=2000-01-01&runtimeStatus=Failed");
        using HttpResponseMessage rest = await _app.SendAsync(HttpMethod.Delete, $"{Base}/instances?createdTimeFrom=2000-01-01");
        using HttpResponseMessage none = await _app.SendAsync(HttpMethod.Delete, $"{Base}/instances?createdTimeFrom=2000-01-01");

        Assert.Equal("""{"instancesDeleted":1}""", await failed.Content.ReadAsStringAsync());
        Assert.Equal("""{"instancesDeleted":1}""", await rest.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.NotNull(await _app.Client.GetInstanceAsync(waiting));
    }

    [Fact]
    public async Task A_failed_instance_is_rewound()
    {
        string id = await StartAsync("Fail");
        await _app.WaitAsync(id);

        using HttpResponseMessage response = await PostAsync($"/instances/{id}/rewind?reason=again");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await _app.WaitAsync(id)).RuntimeStatus);
        Assert.Equal(["ExecutionStarted", "ExecutionRewound", "TaskFailed", "ExecutionCompleted"], await KindsAsync(id));
    }

    [Fact]
    public async Task What_cannot_be_rewound_answers_why()
    {
        string running = await StartAsync("Wait");
        string completed = await StartAsync("Echo", "1");
        await _app.WaitAsync(completed);

        using HttpResponseMessage early = await PostAsync($"/instances/{running}/rewind");
        using HttpResponseMessage late = await PostAsync($"/instances/{completed}/rewind");
        using HttpResponseMessage none = await PostAsync("/instances/no-such/rewind");

        Assert.Equal(HttpStatusCode.PreconditionFailed, early.StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task An_instance_is_restarted_under_a_new_id_or_its_own()
    {
        string id = await StartAsync("Echo/order-1", "{\"a\":1}");
        await _app.WaitAsync(id);

        using HttpResponseMessage anew = await PostAsync($"/instances/{id}/restart");
        using HttpResponseMessage same = await PostAsync($"/instances/{id}/restart?restartWithNewInstanceId=false&timeout=30&pollingInterval=1");

        Assert.Equal(HttpStatusCode.Accepted, anew.StatusCode);
        JsonElement started = await anew.Content.ReadFromJsonAsync<JsonElement>();
        string other = started.GetProperty("id").GetString()!;
        Assert.NotEqual(id, other);
        Assert.Equal(started.GetProperty("statusQueryGetUri").GetString(), anew.Headers.Location!.OriginalString);
        Assert.Equal("{\"a\":1}", (await _app.WaitAsync(other)).SerializedOutput);
        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
        Assert.Equal("{\"a\":1}", await same.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_cannot_be_restarted_answers_why()
    {
        string id = await StartAsync("Wait");

        using HttpResponseMessage running = await PostAsync($"/instances/{id}/restart?restartWithNewInstanceId=false");
        using HttpResponseMessage none = await PostAsync("/instances/no-such/restart");
        using HttpResponseMessage unclear = await PostAsync($"/instances/{id}/restart?restartWithNewInstanceId=perhaps");

        Assert.Equal(HttpStatusCode.Conflict, running.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, unclear.StatusCode);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("ä€😀")]
    [InlineData("100%25")]
    [InlineData("a+b&c=d")]
    public async Task Ids_of_any_characters_can_be_steered(string id)
    {
        string escaped = Uri.EscapeDataString(id);
        await StartAsync($"Wait/{escaped}");

        using HttpResponseMessage raised = await PostAsync($"/instances/{escaped}/raiseEvent/go", "\"x\"");

        Assert.Equal(HttpStatusCode.Accepted, raised.StatusCode);
        Assert.Equal("x", (await _app.WaitAsync(id)).ReadOutputAs<string>());
    }

    private static string Kind(JsonElement item) => item.GetProperty("EventType").GetString()!;

    private async Task<string[]> KindsAsync(string id)
    {
        JsonElement status = await _app.GetJsonAsync($"{Base}/instances/{id}?showHistory=true&showHistoryOutput=true");
        return [.. status.GetProperty("historyEvents").EnumerateArray().Select(Kind)];
    }

    private async Task<string> StartAsync(string path, string? input = null)
    {
        using HttpResponseMessage response = await PostAsync($"/orchestrators/{path}", input);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private Task<HttpResponseMessage> PostAsync(string path, string? json = null) => _app.SendAsync(HttpMethod.Post, Base + path, json);

    // The first turn sets the custom status, and what a turn does is visible all at once.
    private async Task WaitForCustomStatusAsync(string id)
    {
        using CancellationTokenSource patience = new(TestApp.Patience);
        await _app.Client.WaitForInstanceStartAsync(id, patience.Token);
    }

    // Nothing signals a suspension: every look is a real read.
    private async Task WaitForStatusAsync(string id, OrchestrationRuntimeStatus status)
    {
        using CancellationTokenSource patience = new(TestApp.Patience);
        while ((await _app.Client.GetInstanceAsync(id, patience.Token))!.RuntimeStatus != status)
        {
            await Task.Yield();
        }
    }
}
