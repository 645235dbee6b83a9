using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Starts;

/// <summary>Settings that cannot be what somebody meant end the process before it opens anything, with their name and what is allowed.</summary>
public sealed class SettingTests : IDisposable
{
    private readonly DataDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("FuncExec__Labels", "gpu, two words", "labels, each a word such as gpu")]
    [InlineData("FuncExec__Labels", "zone=eu=west", "one = between a key and a value")]
    [InlineData("FuncExec__Labels", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", "at most 16 labels")]
    [InlineData("FuncExec__Role", "boss", "all or api or worker")]
    [InlineData("FuncExec__Placement", "random", "leastloaded or roundrobin")]
    [InlineData("FuncExec__DrainTimeout", "soon", "a duration")]
    [InlineData("FuncExec__StopTimeout", "1s", "a duration from 00:00:06")]
    [InlineData("FuncExec__ExitWhenIdle", "5m", "FuncExec__Role is worker")]
    [InlineData("FuncExec__Retention__Size", "much", "a number of bytes")]
    [InlineData("FuncExec__Ledger__Type", "oracle", "sqlite or azure or postgresql")]
    [InlineData("FuncExec__MinFreeDisk", "-5", "FuncExec__MinFreeDisk")]
    [InlineData("MAX_CONCURRENT_TASKS", "0", "a whole number, 1 to 1000")]
    [InlineData("MAX_CONCURRENT_JOBS", "-1", "a whole number, 1 to 1000000")]
    [InlineData("HEARTBEAT_TIMEOUT_SECONDS", "1", "a whole number, 2 to 600")]
    [InlineData("WORKER_ID", "two words", "1 to 64 of the characters")]
    [InlineData("LOG_LEVEL", "loud", "LOG_LEVEL")]
    [InlineData("AzureFunctionsJobHost__extensions__durableTask__storageProvider__type", "mongodb", "postgresql")]
    [InlineData("AzureFunctionsJobHost__extensions__durableTask__hubName", "no good", "hubName")]
    [InlineData("FUNCEXEC_KEY", "short", "FUNCEXEC_KEY")]
    [InlineData("ASPNETCORE_URLS", "nonsense", "nonsense")]
    public async Task Setting_that_makes_no_sense_is_named_with_what_is_allowed(string name, string value, string allowed)
    {
        bool isAddress = name == "ASPNETCORE_URLS";
        EndedStart start = await EndedStart.RunAsync(
            _data.Data, [KeyValuePair.Create(name, value)], isAddress ? [ServiceProcess.Executable] : [ServiceProcess.Executable, "--urls", "http://127.0.0.1:0"]);

        start.ExpectRefusal(name.Split("__")[^1], allowed);
    }

    [Fact]
    public async Task All_mistakes_are_named_at_once_by_the_command_line_too()
    {
        EndedStart start = await EndedStart.RunAsync(
            _data.Data,
            [KeyValuePair.Create("FuncExec__Role", "boss")],
            EndedStart.CommandLine, "serve", "--urls", "http://127.0.0.1:0", "--FuncExec__Labels", "a b", "--MAX_CONCURRENT_TASKS", "none");

        start.ExpectRefusal("FuncExec__Role", "FuncExec__Labels", "MAX_CONCURRENT_TASKS");
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "TLS")]
    [InlineData("https://0.0.0.0:0", "FuncExec__Http__AllowedHosts")]
    public async Task Address_that_others_reach_needs_what_protects_it(string address, string what)
    {
        EndedStart start = await EndedStart.RunAsync(_data.Data, [], ServiceProcess.Executable, "--urls", address);

        start.ExpectRefusal(what);
    }
}
