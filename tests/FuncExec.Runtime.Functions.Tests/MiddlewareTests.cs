using System.Collections.Concurrent;
using System.Net;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task Order_is_that_of_registration_and_items_are_shared()
    {
        await using TestApp app = await StartAsync(false, builder => builder
            .UseMiddleware(async (context, next) =>
            {
                context.Items["trail"] = "a";
                await next();
                Stamp(context, (string)context.Items["trail"] + "d");
            })
            .UseMiddleware<Trail>());

        using HttpResponseMessage response = await app.Http.PostAsync("/api/echo?q=1", null);

        Assert.Equal("abcd", response.Headers.GetValues("X-Stamp").Single());
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Chosen_calls_only()
    {
        await using TestApp app = await StartAsync(false, builder => builder
            .UseWhen(context => context.FunctionDefinition.Name == "text", (context, _) =>
            {
                context.GetInvocationResult().Value = "instead";
                return Task.CompletedTask;
            }));

        using HttpResponseMessage chosen = await app.Http.PostAsync("/api/text", new StringContent("in"));
        using HttpResponseMessage other = await app.Http.PostAsync("/api/bytes", new StringContent("in"));

        Assert.Equal("instead", await chosen.Content.ReadAsStringAsync());
        Assert.Equal("ni", await other.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Outputs_of_several_are_seen_by_property()
    {
        await using TestApp app = await StartAsync(false, builder => builder.UseMiddleware(async (context, next) =>
        {
            await next();
            OutputBindingData<HttpResponseData>? output = context.GetOutputBindings<HttpResponseData>().SingleOrDefault();
            if (output is { Name: "Response", BindingType: "http" } && context.GetInvocationResult().Value is null)
            {
                HttpResponseData made = (await context.GetHttpRequestDataAsync())!.CreateResponse(HttpStatusCode.Conflict);
                await made.WriteStringAsync("replaced");
                output.Value = made;
            }
        }));

        using HttpResponseMessage response = await app.Http.PostAsync("/api/outputs", null);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("replaced", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Inputs_can_be_read_and_replaced()
    {
        await using TestApp app = await StartAsync(false, builder => builder.UseMiddleware(async (context, next) =>
        {
            BindingMetadata trigger = context.FunctionDefinition.InputBindings.Values.First(binding => binding.Type == "httpTrigger");
            InputBindingData<string> input = await context.BindInputAsync<string>(trigger);
            input.Value += " more";
            await next();
        }));

        using HttpResponseMessage response = await app.Http.PostAsync("/api/text", new StringContent("once"));

        Assert.Equal("ONCE MORE", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Failures_can_be_turned_into_answers()
    {
        await using TestApp app = await StartAsync(true, builder => builder.UseMiddleware(async (context, next) =>
        {
            try
            {
                await next();
            }
            catch (InvalidOperationException)
            {
                context.GetInvocationResult().Value = new StatusCodeResult(418);
            }
        }));

        using HttpResponseMessage response = await app.Http.GetAsync("/api/broken");

        Assert.Equal(418, (int)response.StatusCode);
    }

    [Fact]
    public async Task Runs_around_each_activity_and_each_turn()
    {
        ConcurrentQueue<string> seen = new();
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(DurableApp)],
            Configure = builder => builder.UseMiddleware(async (context, next) =>
            {
                string kind = context.FunctionDefinition.InputBindings.Values.First().Type;
                seen.Enqueue($"{context.FunctionDefinition.Name} {kind} {context.BindingContext.BindingData["instanceId"]}");
                await next();
            }),
        });

        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(DurableApp.Chain));
        Microsoft.DurableTask.Client.OrchestrationMetadata end = await app.WaitAsync(id);

        Assert.Equal(["Hello Tokyo!", "Hello London!"], end.ReadOutputAs<string[]>()!);
        Assert.Equal(3, seen.Count(text => text == $"Chain orchestrationTrigger {id}"));
        Assert.Equal(2, seen.Count(text => text == $"Greet activityTrigger {id}"));
    }

    [Fact]
    public async Task Items_begin_anew_each_turn_and_the_code_keeps_its_own()
    {
        ConcurrentQueue<string> after = new();
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(ItemsApp)],
            Configure = builder => builder.UseMiddleware(async (context, next) =>
            {
                context.Items.Add("middleware", "m"); // Fails where items of the turn before are still there.
                await next();
                after.Enqueue(string.Join(',', context.Items.Keys.Cast<string>().Order()));
            }),
        });

        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(ItemsApp.Remember));

        Assert.Equal("m c m", (await app.WaitAsync(id)).ReadOutputAs<string>());
        Assert.Equal(["code,middleware", "middleware", "code,middleware"], after);
    }

    private static Task<TestApp> StartAsync(bool webModel, Action<FunctionsApplicationBuilder> configure) => TestApp.StartAsync(new TestAppOptions
    {
        Types = webModel ? [typeof(WebApp)] : [typeof(WorkerApp)],
        WebModel = webModel,
        Configure = builder =>
        {
            builder.Services.AddKeyedSingleton("greeting", "Hello");
            configure(builder);
        },
    });

    private static void Stamp(FunctionContext context, string text) => context.GetHttpResponseData()?.Headers.Add("X-Stamp", text);

    public sealed class Trail : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            context.Items["trail"] += "b";
            await next(context);
            context.Items["trail"] += "c";
        }
    }
}
