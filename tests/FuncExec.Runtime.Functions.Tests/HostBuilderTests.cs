using System.Net;
using System.Text.Json;
using Azure.Core.Serialization;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>Apps over <see cref="IHostBuilder"/>, as most official samples begin.</summary>
public sealed class HostBuilderTests
{
    [Fact]
    public async Task Worker_defaults_serve_the_workers_model()
    {
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(WorkerApp)],
            HostBuilder = builder => builder.ConfigureFunctionsWorkerDefaults(worker => worker.UseMiddleware(async (context, next) =>
            {
                await next();
                context.GetHttpResponseData()?.Headers.Add("X-Seen", "yes");
            })),
        });

        using HttpResponseMessage response = await app.Http.PostAsync("/api/echo?q=1", null);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("yes", response.Headers.GetValues("X-Seen").Single());
    }

    [Fact]
    public async Task Web_application_serves_both_models_and_durable_functions()
    {
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(WebApp), typeof(DurableApp)],
            HostBuilder = builder => builder
                .ConfigureFunctionsWebApplication()
                .ConfigureServices(services => services.AddKeyedSingleton("greeting", "Hi")),
        });

        Assert.Equal("Hi Bo!", await app.GetStringAsync("/api/action?name=Bo"));
        using HttpResponseMessage started = await app.SendAsync(HttpMethod.Post, "/api/start/Chain");
        string id = JsonDocument.Parse(await started.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;
        Assert.Equal(2, (await app.WaitAsync(id)).ReadOutputAs<string[]>()!.Length);
    }

    [Fact]
    public async Task Worker_options_choose_the_serializer_of_bodies()
    {
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(WorkerApp)],
            HostBuilder = static builder => builder.ConfigureFunctionsWorkerDefaults(UseUpperSnakeCase),
        });

        using HttpResponseMessage response = await app.Http.PostAsync("/api/note", new StringContent("""{"TEXT":"a","STARS":2}"""));

        Assert.Equal("""{"TEXT":"a","STARS":2}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Worker_options_choose_the_serializer_of_durable_data()
    {
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(DurableApp)],
            HostBuilder = static builder => builder.ConfigureFunctionsWebApplication().ConfigureServices(services => services.Configure<WorkerOptions>(UseUpperSnakeCase)),
        });

        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.TakeOrder), new DurableApp.Order("tea", 2));
        Microsoft.DurableTask.Client.OrchestrationMetadata end = await app.WaitAsync(id);

        Assert.Equal("""{"ITEM":"tea","COUNT":2}""", end.SerializedInput);
        Assert.Equal("2 tea for True", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Json_options_of_the_app_hold()
    {
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(WorkerApp)],
            HostBuilder = builder => builder.ConfigureFunctionsWorkerDefaults(worker =>
                worker.Services.Configure<JsonSerializerOptions>(options => options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase)),
        });

        using HttpResponseMessage response = await app.Http.PostAsync("/api/note", new StringContent("""{"TEXT":"a"}"""));

        Assert.Equal("""{"text":"a","stars":null}""", await response.Content.ReadAsStringAsync());
    }

    private static void UseUpperSnakeCase(WorkerOptions options) =>
        options.Serializer = new JsonObjectSerializer(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper });
}
