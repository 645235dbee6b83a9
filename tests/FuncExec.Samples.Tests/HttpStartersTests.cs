using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FuncExec.Samples.Tests;

public sealed class HttpStartersTests() : SampleTest("HttpStarters")
{
    [Theory]
    [InlineData("GET")] // Answers to GET carry no codes: the service's key opens what they name.
    [InlineData("POST")]
    public async Task The_built_in_model_starts_and_answers_where_to_look(string method)
    {
        await using SampleApp app = await StartAsync();

        HttpResponseMessage started = await app.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/api/builtin/greetings?name=Ada"));
        if (method == "GET")
        {
            app.Http.DefaultRequestHeaders.Add("x-functions-key", await ReadKeyAsync());
        }

        JsonElement links = await started.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.Equal(links.GetProperty("statusQueryGetUri").GetString(), started.Headers.Location?.OriginalString);
        Assert.Equal("Hello, Ada!", (await app.EndAsync(links)).GetProperty("output").GetString());
    }

    [Fact]
    public async Task The_built_in_model_waits_and_answers_the_result()
    {
        await using SampleApp app = await StartAsync();

        HttpResponseMessage answer = await app.Http.PostAsync("/api/builtin/greetings/Grace", null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Hello, Grace!", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("greeting").GetString());
    }

    [Fact]
    public async Task The_aspnet_model_starts_and_answers_the_status()
    {
        await using SampleApp app = await StartAsync();

        HttpResponseMessage started = await app.Http.PostAsJsonAsync("/api/aspnet/greetings", new { name = "Edsger" });
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        await app.EndAsync(await started.Content.ReadFromJsonAsync<JsonElement>());
        HttpResponseMessage status = await app.Http.GetAsync(started.Headers.Location);

        Assert.Equal(HttpStatusCode.OK, status.StatusCode);
        Assert.Equal("Hello, Edsger!", await status.Content.ReadFromJsonAsync<string>());
    }

    [Fact]
    public async Task The_aspnet_model_answers_through_one_of_several_outputs()
    {
        await using SampleApp app = await StartAsync();

        HttpResponseMessage answer = await app.Http.PostAsync("/api/aspnet/outputs/Barbara", null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(32, (await answer.Content.ReadAsStringAsync()).Trim('"').Length);
    }

    [Theory]
    [InlineData("/api/aspnet/greetings/not-an-id")]
    [InlineData("/api/aspnet/greetings/00000000000000000000000000000000")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        await using SampleApp app = await StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAsync(path)).StatusCode);
    }
}
