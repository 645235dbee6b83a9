using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Starts;

/// <summary>Connection strings that no server has to be asked about.</summary>
public sealed class ConnectionTextTests : IDisposable
{
    private readonly DataDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("", "ConnectionStrings__PostgreSQL")]
    [InlineData("postgres://user:secret@db.example.org/jobs", "cannot be read", "Host=")]
    [InlineData("Host=127.0.0.1;Nonsense=1", "'nonsense'")]
    [InlineData("Host=127.0.0.1;Port=many", "'port'")]
    [InlineData("Host=127.0.0.1;Port=99999", "no such port", "Host and Port")]
    [InlineData("Username=jobs;Password=secret", "Host=")]
    [InlineData("Host=127.0.0.1;Insecure=perhaps", "Insecure", "true or false")]
    [InlineData("Host=127.0.0.1;Maximum Pool Size=0", "Maximum Pool Size")]
    [InlineData("Host=127.0.0.1;Minimum Pool Size=50;Maximum Pool Size=5", "Pool Size")]
    [InlineData("Host=127.0.0.1;SSL Mode=Perhaps", "'ssl mode'")]
    [InlineData("Host=127.0.0.1;Target Session Attributes=standby", "Target Session Attributes", "primary")]
    [InlineData("Host=127.0.0.1,127.0.0.2;Target Session Attributes=prefer-standby", "Target Session Attributes", "primary")]
    [InlineData("Host=127.0.0.1;Multiplexing=true", "Multiplexing")]
    [InlineData("Host=127.0.0.1;Pooling=false", "Pooling")]
    [InlineData("Host=db.example.org;SSL Mode=Disable", "SSL Mode=VerifyFull", "Insecure=true")]
    [InlineData("Host=127.0.0.1,db.example.org;SSL Mode=Prefer", "SSL Mode=VerifyFull", "Insecure=true")]
    public async Task Connection_string_that_cannot_be_meant_so_says_which_word_and_what_to_write(string connectionString, params string[] parts)
    {
        (await RunAsync("PostgreSQL", connectionString, ServiceProcess.Executable, "--urls", "http://127.0.0.1:0")).ExpectRefusal(parts);
    }

    [Theory]
    [InlineData("", "ConnectionStrings__Elsewhere")]
    [InlineData("Host=127.0.0.1;Nonsense=1", "'nonsense'")]
    public async Task So_does_the_command_line_and_under_any_name(string connectionString, string part) =>
        (await RunAsync("Elsewhere", connectionString, EndedStart.CommandLine, "serve", "--urls", "http://127.0.0.1:0")).ExpectRefusal(part);

    private async Task<EndedStart> RunAsync(string name, string connectionString, params string[] words)
    {
        EndedStart start = await EndedStart.RunAsync(
            _data.Data,
            new Dictionary<string, string>
            {
                ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"] = "postgresql",
                ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName"] = name,
                [$"ConnectionStrings__{name}"] = connectionString,
            },
            words);
        Assert.DoesNotContain("secret", start.Errors + start.Output, StringComparison.Ordinal);
        return start;
    }
}
