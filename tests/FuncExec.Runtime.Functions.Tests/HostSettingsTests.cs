using System.Net;
using System.Text.Json;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class HostSettingsTests
{
    [Theory]
    [InlineData(null, "/api/anonymous")]
    [InlineData("v1/x", "/v1/x/anonymous")]
    [InlineData("", "/anonymous")]
    public async Task Route_prefix(string? prefix, string path)
    {
        await using TestApp app = await StartAsync(prefix is null ? null : """{"version":"2.0","extensions":{"http":{"routePrefix":"PREFIX"}}}""".Replace("PREFIX", prefix, StringComparison.Ordinal));

        using HttpResponseMessage response = await app.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Overrides_go_before_the_file()
    {
        await using TestApp app = await StartAsync(
            """{"version":"2.0","extensions":{"http":{"routePrefix":"file"}}}""", "--AzureFunctionsJobHost:extensions:http:routePrefix", "override");

        using HttpResponseMessage response = await app.Http.GetAsync("/override/anonymous");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public void Overrides_come_from_the_environment_by_the_official_convention()
    {
        using TestDirectory directory = new();
        const string name = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__type";
        Environment.SetEnvironmentVariable("OVERRIDES_" + name, "postgresql");
        IConfiguration environment = new ConfigurationBuilder().AddEnvironmentVariables("OVERRIDES_").Build();

        Settings.HostSettings settings = Settings.HostSettingsReader.Read(directory.App, environment);

        Assert.Equal("postgresql", settings.Durable.StorageType);
    }

    [Fact]
    public void Durable_part_is_read_and_names_in_it_are_resolved()
    {
        using TestDirectory directory = new();
        File.WriteAllText(Path.Combine(directory.App, "host.json"), """
            {
              // comments are allowed
              "version": "2.0",
              "functionTimeout": "00:10:00",
              "extensions": { "durableTask": {
                "hubName": "%HUB%",
                "storageProvider": { "type": "postgresql", "connectionStringName": "Hub" },
                "maxConcurrentActivityFunctions": 7,
                "maxConcurrentOrchestratorFunctions": 3,
                "defaultVersion": "2.1",
              } },
              "logging": { "logLevel": { "default": "Warning", "Function.Pay": "Trace" } }
            }
            """);
        IConfiguration app = new ConfigurationBuilder().AddInMemoryCollection([new("HUB", "nightly")]).Build();

        Settings.HostSettings settings = Settings.HostSettingsReader.Read(directory.App, app);

        Assert.Equal("nightly", settings.Durable.HubName);
        Assert.Equal("postgresql", settings.Durable.StorageType);
        Assert.Equal("Hub", settings.Durable.Storage["CONNECTIONSTRINGNAME"]);
        Assert.Equal(7, settings.Durable.MaxConcurrentActivities);
        Assert.Equal(3, settings.Durable.MaxConcurrentOrchestrators);
        Assert.Equal("2.1", settings.Durable.DefaultVersion);
        Assert.Equal(TimeSpan.FromMinutes(10), settings.FunctionTimeout);
        Assert.Equal(LogLevel.Warning, settings.LogLevels["default"]);
        Assert.Equal(LogLevel.Trace, settings.LogLevels["Function.Pay"]);
        Assert.Empty(settings.WithoutEffect);
        Assert.Empty(settings.Unknown);
    }

    [Theory]
    [InlineData("""{"version":"1.0"}""", "\"version\": \"2.0\"")]
    [InlineData("""{"version":"2.0",""", "not valid JSON")]
    [InlineData("""[]""", "not valid JSON")]
    [InlineData("""{"version":"2.0","functionTimeout":"soon"}""", "functionTimeout")]
    [InlineData("""{"version":"2.0","extensions":{"durableTask":{"hubName":"1st"}}}""", "extensions.durableTask.hubName")]
    [InlineData("""{"version":"2.0","extensions":{"durableTask":{"hubName":"%NO_SUCH_HUB%"}}}""", "NO_SUCH_HUB")]
    [InlineData("""{"version":"2.0","extensions":{"durableTask":{"maxConcurrentActivityFunctions":0}}}""", "1 to 100000")]
    [InlineData("""{"version":"2.0","extensions":{"durableTask":{"maxConcurrentOrchestratorFunctions":"many"}}}""", "1 to 10000")]
    [InlineData("""{"version":"2.0","logging":{"logLevel":{"default":"loud"}}}""", "logging.logLevel.default")]
    [InlineData("""{"version":"2.0","extensions":{"durableTask":{"storageProvider":{"type":"AzureStorage"}}}}""", "only the official host")]
    [InlineData("""{"version":"2.0","extensions":{"durableTask":{"storageProvider":{"type":"mssql"}}}}""", "Leave it out")]
    [InlineData("""{"version":"2.0","extensions":{"durableTask":{"storageProvider":{"type":"Netherite"}}}}""", "sqlite (FuncExec.Runtime.Sqlite)")]
    [InlineData("""{"version":"2.0","extensions":{"durableTask":{"storageProvider":{"type":"papyrus"}}}}""", "'papyrus'")]
    public async Task Wrong_host_json_ends_the_start(string json, string text)
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(() => StartAsync(json));

        Assert.Contains("host.json", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(text, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_without_effect_and_unknown_ones_are_said_once()
    {
        await using TestApp app = await StartAsync("""
            {"version":"2.0","extensions":{"durableTask":{"extendedSessionsEnabled":true,"tracing":{"traceInputsAndOutputs":true}}},
             "extensionBundle":{"id":"x"},"logging":{"applicationInsights":{"samplingSettings":{"isEnabled":true}}},"extentions":{"a":1}}
            """);

        (string _, LogLevel level, string text) = Assert.Single(app.Log.Records, record => record.Text.Contains("no effect here", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Information, level);
        Assert.Contains("extensionBundle.id", text, StringComparison.Ordinal);
        Assert.Contains("extensions.durableTask.extendedSessionsEnabled", text, StringComparison.Ordinal);
        Assert.Contains("logging.applicationInsights.samplingSettings.isEnabled", text, StringComparison.Ordinal);
        Assert.Contains(app.Log.Records, record => record.Level == LogLevel.Warning && record.Text.Contains("extentions.a", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--AzureWebJobs.function.Disabled", "true")]
    [InlineData("--AzureWebJobs_function_Disabled", "1")]
    [InlineData("--AzureFunctionsJobHost:functions:0", "anonymous")]
    public async Task Disabled_functions_are_not_there(string setting, string value)
    {
        await using TestApp app = await StartAsync(null, setting, value);

        using HttpResponseMessage disabled = await app.SendAsync(HttpMethod.Get, "/api/function");
        using HttpResponseMessage other = await app.SendAsync(HttpMethod.Get, "/api/anonymous");

        Assert.Equal(HttpStatusCode.NotFound, disabled.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.True(app.Log.Has("Left out by settings"));
    }

    [Fact]
    public async Task Local_settings_become_configuration_and_environment_where_not_set()
    {
        string name = $"FUNCEXEC_TEST_{Guid.NewGuid():N}";
        string taken = $"FUNCEXEC_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(taken, "outer");
        TestDirectory directory = new();
        File.WriteAllText(Path.Combine(directory.App, "local.settings.json"), """
            {"IsEncrypted":false,"Values":{"NAME":"inner","TAKEN":"inner"},"ConnectionStrings":{"NAME":{"ConnectionString":"Host=x"}}}
            """.Replace("NAME", name, StringComparison.Ordinal).Replace("TAKEN", taken, StringComparison.Ordinal));

        await using TestApp app = await TestApp.StartAsync(new TestAppOptions { Types = [typeof(LevelApp)], Directory = directory });

        IConfiguration configuration = app.Services.GetRequiredService<IConfiguration>();
        Assert.Equal("inner", configuration[name]);
        Assert.Equal("inner", Environment.GetEnvironmentVariable(name));
        Assert.Equal("outer", configuration[taken]);
        Assert.Equal("Host=x", configuration.GetConnectionString(name));
    }

    [Theory]
    [InlineData("""{"IsEncrypted":true}""", "func settings decrypt")]
    [InlineData("""{"Values":{"a":[1]}}""", "'a' is a list")]
    [InlineData("""{"Values":""", "not valid JSON")]
    [InlineData("""{"Host":{"LocalHttpPort":"far"}}""", "0 to 65535")]
    public async Task Wrong_local_settings_end_the_start(string json, string text)
    {
        TestDirectory directory = new();
        await File.WriteAllTextAsync(Path.Combine(directory.App, "local.settings.json"), json);

        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(
            () => TestApp.StartAsync(new TestAppOptions { Directory = directory }));

        Assert.Contains("local.settings.json", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(text, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_directory_that_cannot_be_written_ends_the_start()
    {
        string file = Path.GetTempFileName();

        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(
            () => StartAsync(null, "--FuncExec:DataDirectory", Path.Combine(file, "x")));

        Assert.Contains("FuncExec__DataDirectory", refusal.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task Function_that_runs_longer_than_the_timeout_is_cancelled_and_504()
    {
        await using TestApp app = await TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(SlowApp)],
            HostJson = """{"version":"2.0","functionTimeout":"00:00:00.2"}""",
        });

        using HttpResponseMessage response = await app.Http.GetAsync("/api/forever");
        string id = await app.Client.ScheduleNewOrchestrationInstanceAsync(nameof(SlowApp.CallForever));

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Contains("functionTimeout", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("functionTimeout", (await app.WaitAsync(id)).FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("info", true, false)]
    [InlineData("debug", true, true)]
    [InlineData("error", false, false)]
    public async Task Log_level_sets_the_default(string level, bool information, bool debug)
    {
        await using TestApp app = await StartAsync("""{"version":"2.0","logging":{"logLevel":{"default":"Warning","Loud":"Trace"}}}""", "--LOG_LEVEL", level);
        ILoggerFactory loggers = app.Services.GetRequiredService<ILoggerFactory>();

        Assert.Equal(information, loggers.CreateLogger("Any").IsEnabled(LogLevel.Information));
        Assert.Equal(debug, loggers.CreateLogger("Any").IsEnabled(LogLevel.Debug));
        Assert.True(loggers.CreateLogger("Loud.Part").IsEnabled(LogLevel.Trace));
        Assert.False(loggers.CreateLogger("Microsoft.AspNetCore.Any").IsEnabled(LogLevel.Information));
    }

    private static Task<TestApp> StartAsync(string? hostJson, params string[] arguments) => TestApp.StartAsync(
        new TestAppOptions { Types = [typeof(LevelApp)], HostJson = hostJson, Arguments = arguments });
}
