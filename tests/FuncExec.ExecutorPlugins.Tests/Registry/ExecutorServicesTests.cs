using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using CustomExecutor;
using FuncExec.ExecutorPlugins.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FuncExec.ExecutorPlugins.Tests.Registry;

/// <summary>Executors added by code and by settings, in a host.</summary>
public sealed class ExecutorServicesTests : IDisposable
{
    private static readonly string SamplePath = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../../samples/CustomExecutor/bin", Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, "../.."), AppContext.BaseDirectory), "FuncExec.Samples.CustomExecutor.dll"));

    private readonly string _directory = Directory.CreateTempSubdirectory("funcexec-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Executor_of_another_assembly_is_added_by_a_line()
    {
        using IHost host = Build([], static services => services.AddSingleton<IExecutor, ChecksumExecutor>());
        await host.StartAsync();

        ExecutorRegistry registry = host.Services.GetRequiredService<ExecutorRegistry>();
        Assert.Equal(["checksum", "command", "http"], registry.Names.Order());
        await RunAsync(registry);
        await host.StopAsync();
    }

    [Fact]
    public async Task Executor_of_another_assembly_is_added_by_its_file()
    {
        using IHost host = Build([("FuncExec:Executors:Plugins:0", SamplePath)]);
        await host.StartAsync();

        ExecutorRegistry registry = host.Services.GetRequiredService<ExecutorRegistry>();
        Assert.True(registry.TryGet("checksum", out IExecutor? executor));
        Assert.NotSame(typeof(ChecksumExecutor), executor.GetType()); // Loaded for itself, with the contract shared.
        Assert.Contains(registry.Executors, description => description == new ExecutorDescription("checksum", executor.Capabilities, true, SamplePath));
        await RunAsync(registry);
        await host.StopAsync();
    }

    [Theory]
    [InlineData("FuncExec:Executors:checksum:Enabled")]
    [InlineData("FuncExec:Executors:Checksum:Enabled")]
    [InlineData("EXECUTOR_CHECKSUM_ENABLED")]
    public async Task Executor_is_switched_off_by_a_setting(string key)
    {
        using IHost host = Build([("FuncExec:Executors:Plugins:0", SamplePath), (key, "False")]);

        ExecutorRegistry registry = host.Services.GetRequiredService<ExecutorRegistry>();

        Assert.Equal(["command", "http"], registry.Names.Order());
        Assert.False(registry.TryGet("checksum", out _));
        Assert.Equal([("checksum", false), ("command", true), ("http", true)], registry.Executors.Select(static executor => (executor.Name, executor.IsEnabled)));
        Assert.Null((await registry.CheckHealthAsync(CancellationToken.None))[0].Health);
        Assert.True((await registry.CheckHealthAsync(CancellationToken.None))[1].Health!.IsHealthy);
    }

    [Theory]
    [InlineData("FuncExec:Executors:Command:Enabled", "no", "'FuncExec__Executors__command__Enabled' is 'no'; allowed are true and false")]
    [InlineData("EXECUTOR_COMMAND_ENABLED", "0", "'EXECUTOR_COMMAND_ENABLED' is '0'")]
    [InlineData("FuncExec:Executors:Comand:Enabled", "false", "'FuncExec__Executors__Comand__Enabled' is of no executor that is here; these are: command")]
    [InlineData("FuncExec:Executors:Plugins", "/x.dll", "'FuncExec__Executors__Plugins' is a list")]
    [InlineData("FuncExec:Executors:Plugins:0", "x.dll", "'FuncExec__Executors__Plugins__0' is 'x.dll'; allowed is the absolute path")]
    [InlineData("FuncExec:Executors:Plugins:0", "/no/such.dll", "'/no/such.dll', which is not there")]
    [InlineData("FuncExec:Executors:Plugins:2", "/etc/passwd", "'FuncExec__Executors__Plugins__2' names '/etc/passwd', which is no .NET assembly")]
    [InlineData("EXECUTOR_COMMAND_BLOCKED", "a/b", "'EXECUTOR_COMMAND_BLOCKED' is 'a/b'")]
    public async Task Wrong_setting_ends_the_start(string key, string value, string expected)
    {
        using IHost host = Build([(key, value)]);

        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains(expected, Assert.Single(exception.Failures));
    }

    [Fact]
    public void Assembly_without_an_executor_is_named() =>
        Assert.Contains("has no executor in it", Fault(typeof(FactAttribute).Assembly.Location));

    [Fact]
    public void Names_may_not_clash()
    {
        using IHost host = Build([("FuncExec:Executors:Plugins:0", SamplePath)], static services => services.AddSingleton<IExecutor, ChecksumExecutor>());

        string fault = Assert.Single(Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<ExecutorRegistry>()).Failures);

        Assert.Contains($"'FuncExec__Executors__Plugins__0' names '{SamplePath}', whose executor is named 'checksum' as that of 'FuncExec.Samples.CustomExecutor' is", fault);
    }

    [Fact]
    public void Assembly_that_was_built_against_another_contract_is_named()
    {
        string file = Path.Combine(_directory, "other.dll");
        File.WriteAllBytes(file, WithContractVersion(File.ReadAllBytes(SamplePath), major: 7));

        Assert.Contains("was built against version 7.1.0.0 of FuncExec.ExecutorPlugins; this service has 0.1.0.0", Fault(file));
    }

    [Fact]
    public void Executor_that_cannot_be_made_is_named()
    {
        using IHost host = Build([("FuncExec:Executors:Plugins:0", typeof(ExecutorServicesTests).Assembly.Location)]);

        string fault = Assert.Single(Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<ExecutorRegistry>()).Failures);

        Assert.Contains($"whose {typeof(UnmakeableExecutor).FullName} could not be made: ", fault);
    }

    private static IHost Build((string Key, string Value)[] settings, Action<IServiceCollection>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddSingleton(new ProcessRunnerOptions { EndsStrays = false });
        builder.Services.AddExecutors();
        configure?.Invoke(builder.Services);
        return builder.Build();
    }

    private static string Fault(string file)
    {
        using IHost host = Build([("FuncExec:Executors:Plugins:0", file)]);
        string fault = Assert.Single(Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<ExecutorRegistry>()).Failures);
        Assert.Contains("FuncExec__Executors__Plugins__0", fault);
        Assert.Contains(file, fault);
        return fault;
    }

    private async Task RunAsync(ExecutorRegistry registry)
    {
        Assert.True(registry.TryGet("checksum", out IExecutor? executor));
        await File.WriteAllTextAsync(Path.Combine(_directory, "empty"), "");
        OutputTail output = new();
        TaskOutcome outcome = await executor.ExecuteAsync(
            new ExecutorTask { JobId = "job1", TaskId = "sum/0", Attempt = 1, Directory = _directory, Payload = JsonDocument.Parse("""{"path":"empty"}""").RootElement },
            output,
            CancellationToken.None);

        Assert.Equal(0, Assert.IsType<TaskOutcome.Succeeded>(outcome).ExitCode);
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n", output.Stdout);
        Assert.Equal("$.path", Assert.Single(executor.Validate(JsonDocument.Parse("{}").RootElement)).Path);
    }

    /// <summary>The same assembly, as if it had been compiled against another version of the contract.</summary>
    private static byte[] WithContractVersion(byte[] assembly, byte major)
    {
        using PEReader reader = new(new MemoryStream(assembly));
        MetadataReader metadata = reader.GetMetadataReader();
        int row = MetadataTokens.GetRowNumber(metadata.AssemblyReferences.Single(handle =>
            metadata.GetString(metadata.GetAssemblyReference(handle).Name) == typeof(IExecutor).Assembly.GetName().Name));
        int offset = reader.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.AssemblyRef)
            + ((row - 1) * metadata.GetTableRowSize(TableIndex.AssemblyRef));
        assembly[offset] = major;
        return assembly;
    }
}
