using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Apps.Classes;
using FuncExec.Runtime.Functions.Tests.Support;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>What cannot be bound ends the start and names function, parameter and remedy.</summary>
public sealed class StartRefusalTests
{
    [Theory]
    [InlineData(typeof(WrongFunctions.BadBodyLimit), "'posted'", "-1 bytes", "[DisableRequestSizeLimit]")]
    [InlineData(typeof(WrongFunctions.BadSchedule), "'tick'", "'0 0 25 * * *'", "Write six fields")]
    [InlineData(typeof(WrongFunctions.NeverDue), "'tick'", "never comes", "Write six fields")]
    [InlineData(typeof(WrongFunctions.MissingSchedule), "'tick'", "'NO_SUCH_SCHEDULE'", "Set it")]
    [InlineData(typeof(WrongFunctions.TimerOfWrongType), "'tick'", "parameter 'timer'", "Take TimerInfo")]
    [InlineData(typeof(WrongFunctions.RetriedTimer), "'tick'", "does not honour here", "start an orchestration")]
    [InlineData(typeof(WrongFunctions.EntityOfWrongType), "'counter'", "parameter 'thing'", "TaskEntityDispatcher")]
    [InlineData(typeof(WrongFunctions.Queue), "'queued'", "[QueueTrigger]", "OrchestrationTrigger, ActivityTrigger and EntityTrigger")]
    [InlineData(typeof(WrongFunctions.NoTrigger), "'idle'", "has no trigger", "Give one parameter")]
    [InlineData(typeof(WrongFunctions.TwoTriggers), "'both'", "has 2 triggers", "Keep one")]
    [InlineData(typeof(WrongFunctions.BadName), "'1st step'", "no valid name", "begins with a letter")]
    [InlineData(typeof(WrongFunctions.SameName), "'TWIN'", "SameName.One", "rename one")]
    [InlineData(typeof(WrongFunctions.SameRoute), "'two'", "function 'one'", "Change one")]
    [InlineData(typeof(WrongFunctions.BadRoute), "'routed'", "'api/a/{id'", "cannot be read")]
    [InlineData(typeof(WrongFunctions.UnknownConstraint), "'routed'", "prime", "cannot be read")]
    [InlineData(typeof(WrongFunctions.MissingSetting), "'routed'", "'NO_SUCH_ROUTE'", "Set it")]
    [InlineData(typeof(WrongFunctions.BadMethod), "'routed'", "'GET IT'", "Write methods")]
    [InlineData(typeof(WrongFunctions.AsyncVoid), "'forgotten'", "async void", "return Task")]
    [InlineData(typeof(WrongFunctions.Generic), "'open'", "generic", "ordinary method")]
    [InlineData(typeof(WrongFunctions.ByReference), "'referring'", "parameter 'input'", "Take it by value")]
    [InlineData(typeof(WrongFunctions.WebRequest), "'web'", "parameter 'request'", "ConfigureFunctionsWebApplication()")]
    [InlineData(typeof(WrongFunctions.WebResult), "'web'", "returns IActionResult", "ConfigureFunctionsWebApplication()")]
    [InlineData(typeof(WrongFunctions.Service), "'served'", "parameter 'configuration'", "[FromBody]")]
    [InlineData(typeof(WrongFunctions.RegisteredService), "'served'", "parameter 'time'", "constructor")]
    [InlineData(typeof(WrongFunctions.Unmarked), "'posted'", "parameter 'thing' of type Thing", "[FromBody]")]
    [InlineData(typeof(WrongFunctions.AbstractBody), "'posted'", "parameter 'clock'", "concrete type")]
    [InlineData(typeof(WrongFunctions.UnregisteredDependency), "'clocked'", "'clock' of type IClock", "builder.Services")]
    [InlineData(typeof(WrongFunctions.ClientInOrchestrator), "'orchestrated'", "parameter 'client'", "in an activity")]
    [InlineData(typeof(WrongFunctions.ClientWithoutAttribute), "'started'", "parameter 'client'", "[DurableClient]")]
    [InlineData(typeof(WrongFunctions.ClientOfAnotherHub), "'started'", "'elsewhere'", "Remove TaskHub")]
    [InlineData(typeof(WrongFunctions.ClientOfWrongType), "'started'", "parameter 'client'", "DurableTaskClient")]
    [InlineData(typeof(WrongFunctions.WrongContext), "'orchestrated'", "parameter 'context'", "TaskOrchestrationContext")]
    [InlineData(typeof(WrongFunctions.TwoInputs), "'orchestrated'", "parameter 'two'", "one type")]
    [InlineData(typeof(WrongFunctions.ExtraActivityInput), "'acted'", "parameter 'other'", "Remove it")]
    [InlineData(typeof(WrongFunctions.Input), "'read'", "[BlobInput]", "in the function's code")]
    [InlineData(typeof(WrongFunctions.Output), "'written'", "[QueueOutput]", "in the function's code")]
    [InlineData(typeof(WrongFunctions.PropertyOutput), "'written'", "property 'Message'", "in the function's code")]
    [InlineData(typeof(WrongFunctions.Retried), "'retried'", "[FixedDelayRetry]", "TaskOptions")]
    public async Task Function(Type type, string name, string what, string remedy)
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(
            () => TestApp.StartAsync(new TestAppOptions { Types = [type], WebModel = false }));

        string line = Assert.Single(refusal.Message.Split(Environment.NewLine));
        Assert.Contains(name, line, StringComparison.Ordinal);
        Assert.Contains(type.Name, line, StringComparison.Ordinal);
        Assert.Contains(what, line, StringComparison.Ordinal);
        Assert.Contains(remedy, line, StringComparison.Ordinal);
    }

    public static TheoryData<Type, string, string> WrongClass() => new()
    {
        { typeof(WrongClasses.NoTask), "derives from none of", "Derive it from one of them" },
        { typeof(WrongClasses.Abstract), "is abstract", "Move the attribute" },
        { typeof(WrongClasses.Generic<>), "is generic", "Move the attribute" },
        { WrongClasses.HiddenType, "cannot be reached", "internal or public" },
        { typeof(Tally), "compiled without this runtime's generator", "FuncExec.Runtime.targets" },
    };

    [Theory]
    [MemberData(nameof(WrongClass))]
    public async Task Class_that_nothing_can_call(Type type, string what, string remedy)
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(() => TestApp.StartAsync(type));

        string line = Assert.Single(refusal.Message.Split(Environment.NewLine));
        Assert.Contains($"{type.FullName} has [DurableTask]", line, StringComparison.Ordinal);
        Assert.Contains(what, line, StringComparison.Ordinal);
        Assert.Contains(remedy, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Class_whose_services_are_not_registered()
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(
            () => TestApp.StartAsync(new TestAppOptions { Types = ClassApp.Types }));

        string[] lines = refusal.Message.Split(Environment.NewLine);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, static line => Assert.Contains("'greetings' of type", line, StringComparison.Ordinal));
        Assert.All(lines, static line => Assert.Contains("builder.Services", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_faults_are_said_at_once()
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(
            () => TestApp.StartAsync(typeof(WrongFunctions.BadSchedule), typeof(WrongFunctions.Unmarked), typeof(WrongFunctions.Queue)));

        Assert.Equal(3, refusal.Message.Split(Environment.NewLine).Length);
    }

    [Fact]
    public async Task Route_of_the_host_is_refused()
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(() => TestApp.StartAsync(new TestAppOptions
        {
            Types = [typeof(WrongFunctions.ReservedRoute)],
            HostJson = """{"version":"2.0","extensions":{"http":{"routePrefix":""}}}""",
        }));

        Assert.Contains("belongs to the host", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "TlsTerminatedByProxy")]
    [InlineData("http://*:0", "not a loopback address")]
    [InlineData("http://example.com:0", "not a loopback address", "--FuncExec:Http:AllowedHosts=example.com")]
    [InlineData("https://0.0.0.0:0", "AllowedHosts")]
    [InlineData("http://0.0.0.0:0", "AllowedHosts", "--FuncExec:Http:TlsTerminatedByProxy=true")]
    [InlineData("https://[::]:0", "without keys", "--FuncExec:Http:AllowedHosts=example.com", "--no-auth")]
    [InlineData("127.0.0.1", "no address")]
    [InlineData("ftp://127.0.0.1", "http and https")]
    public async Task Address_where_callers_are_not_safe_is_refused(string address, string why, params string[] settings)
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(
            () => TestApp.StartAsync(new TestAppOptions { OwnAddress = true, Arguments = ["--urls", address, .. settings] }));

        Assert.Contains(address, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--HEARTBEAT_TIMEOUT_SECONDS", "1", "2 to 600")]
    [InlineData("--FuncExec:Engine:MaxPayloadLength", "huge", "1024 to 67108864")]
    [InlineData("--FuncExec:Engine:TurnTimeout", "2.00:00:00", "01:00:00")]
    [InlineData("--FuncExec:Engine:ActivityLimits:Greet", "0", "1 to 100000")]
    [InlineData("--FuncExec:Engine:ActivityLimits:Greet", "many", "1 to 100000")]
    [InlineData("--FuncExec:Http:NoAuth", "perhaps", "true or false")]
    [InlineData("--FuncExec:Http:TlsTerminatedByProxy", "perhaps", "true or false")]
    [InlineData("--FuncExec:Http:AllowedHosts", "*", "*.example.org")]
    [InlineData("--FuncExec:Http:AllowedHosts", "jobs.example.org:443", "no port")]
    [InlineData("--FuncExec:Http:Proxies", "10.1.2.3/99", "10.1.0.0/16")]
    [InlineData("--LOG_LEVEL", "loud", "trace, debug")]
    [InlineData("--FuncExec:Log:Format", "xml", "text or json")]
    [InlineData("--FuncExec:Metrics:Public", "perhaps", "true or false")]
    public async Task Setting_out_of_range_is_refused_by_name(string setting, string value, string allowed)
    {
        FunctionsStartException refusal = await Assert.ThrowsAsync<FunctionsStartException>(
            () => TestApp.StartAsync(new TestAppOptions { Types = [typeof(DurableApp)], Arguments = [setting, value] }));

        Assert.Contains(setting.TrimStart('-').Replace(":", "__", StringComparison.Ordinal), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(value, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, refusal.Message, StringComparison.Ordinal);
    }
}
