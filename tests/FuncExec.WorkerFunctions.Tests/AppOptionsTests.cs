using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Hosting;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Tests;

public sealed class AppOptionsTests
{
    private const string Hub = "AzureFunctionsJobHost:extensions:durableTask:storageProvider:";

    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        AppOptions options = Read();

        Assert.Equal(TimeSpan.FromSeconds(5), options.KillGrace);
        Assert.InRange(options.MaxConcurrentTasks, 10, 1000);
        Assert.EndsWith("funcexec", options.DataDirectory);
        Assert.True(Path.IsPathRooted(options.DataDirectory));
    }

    [Fact]
    public void Settings_are_taken()
    {
        AppOptions options = Read(("FuncExec:KillGrace", "00:00:01.5"), ("MAX_CONCURRENT_TASKS", "3"), ("FuncExec:DataDirectory", "/data"));

        Assert.Equal((TimeSpan.FromSeconds(1.5), 3, "/data"), (options.KillGrace, options.MaxConcurrentTasks, options.DataDirectory));
        Assert.Equal(TimeSpan.FromSeconds(20), Read(("FuncExec:KillGrace", "20s")).KillGrace);
    }

    [Fact]
    public void A_drain_that_is_given_makes_the_stop_as_long()
    {
        AppOptions plain = Read();
        AppOptions given = Read(("FuncExec:DrainTimeout", "1h"));

        Assert.Equal((TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(3)), (plain.DrainTimeout, plain.StopDrain));
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromHours(1)), (given.DrainTimeout, given.StopDrain));
        Assert.Equal(TimeSpan.FromSeconds(3606), given.StopTimeout);
        Assert.Equal(TimeSpan.FromMinutes(10), Read(("FuncExec:Ledger:Type", "azure"), ("AzureWebJobsStorage", "UseDevelopmentStorage=true")).StopDrain);
        Assert.StartsWith(
            "The setting 'FuncExec__DrainTimeout' is '1m'; allowed is up to 00:00:14, or FuncExec__StopTimeout of at least 00:01:06:",
            Assert.Single(Assert.Throws<OptionsValidationException>(() => Read(("FuncExec:DrainTimeout", "1m"), ("FuncExec:StopTimeout", "20s"))).Failures),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit-when-idle")]
    [InlineData("FuncExec:ExitWhenIdle")]
    public void Only_a_worker_ends_when_it_is_idle(string name)
    {
        Assert.Equal(TimeSpan.FromMinutes(5), Read((name, "5m"), ("FuncExec:Role", "worker")).ExitWhenIdle);
        Assert.Null(Read(("FuncExec:Role", "worker")).ExitWhenIdle);
        Assert.Single(Assert.Throws<OptionsValidationException>(() => Read((name, "5m"))).Failures);
        Assert.Single(Assert.Throws<OptionsValidationException>(() => Read((name, "5"), ("FuncExec:Role", "worker"))).Failures);
    }

    [Fact]
    public void Role_and_labels_are_taken()
    {
        AppOptions options = Read(("FuncExec:Role", "Worker"), ("FuncExec:Labels", " zone=eu, gpu,,gpu "));

        Assert.Equal(NodeRole.Worker, options.Role);
        Assert.Equal(["gpu", "zone=eu"], options.Labels);
        Assert.Equal((NodeRole.All, 0), (Read().Role, Read().Labels.Count));
        Assert.Equal(TaskPlacement.RoundRobin, Read(("FuncExec:Placement", "roundRobin")).Placement);
        Assert.Equal(TaskPlacement.LeastLoaded, Read().Placement);
    }

    [Theory]
    [InlineData("FuncExec:KillGrace", "5", "FuncExec__KillGrace")]
    [InlineData("FuncExec:KillGrace", "-00:00:01", "FuncExec__KillGrace")]
    [InlineData("FuncExec:KillGrace", "00:10:01", "FuncExec__KillGrace")]
    [InlineData("FuncExec:DrainTimeout", "2d", "FuncExec__DrainTimeout")]
    [InlineData("FuncExec:Role", "both", "FuncExec__Role")]
    [InlineData("FuncExec:Role", "2", "FuncExec__Role")]
    [InlineData("FuncExec:Placement", "random", "FuncExec__Placement")]
    [InlineData("FuncExec:Labels", "gpu,a b", "FuncExec__Labels")]
    [InlineData("FuncExec:Labels", "os==linux", "FuncExec__Labels")]
    [InlineData("FuncExec:Labels", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "FuncExec__Labels")]
    [InlineData("MAX_CONCURRENT_TASKS", "0", "MAX_CONCURRENT_TASKS")]
    [InlineData("MAX_CONCURRENT_TASKS", "1001", "MAX_CONCURRENT_TASKS")]
    [InlineData("MAX_CONCURRENT_TASKS", "many", "MAX_CONCURRENT_TASKS")]
    [InlineData("MAX_CONCURRENT_JOBS", "0", "MAX_CONCURRENT_JOBS")]
    [InlineData("MAX_CONCURRENT_JOBS", "1e3", "MAX_CONCURRENT_JOBS")]
    [InlineData("HEARTBEAT_TIMEOUT_SECONDS", "1", "HEARTBEAT_TIMEOUT_SECONDS")]
    [InlineData("HEARTBEAT_TIMEOUT_SECONDS", "601", "HEARTBEAT_TIMEOUT_SECONDS")]
    [InlineData("FuncExec:Metrics:Enabled", "perhaps", "FuncExec__Metrics__Enabled")]
    [InlineData("FuncExec:Retention:Time", "-1d", "FuncExec__Retention__Time")]
    [InlineData("FuncExec:Retention:Time", "forever", "FuncExec__Retention__Time")]
    [InlineData("FuncExec:Retention:Size", "1.5GiB", "FuncExec__Retention__Size")]
    [InlineData("FuncExec:Retention:Size", "-1", "FuncExec__Retention__Size")]
    public void Wrong_setting_is_named(string name, string value, string shown)
    {
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(() => Read((name, value)));

        string failure = Assert.Single(exception.Failures);
        Assert.Contains($"'{shown}' is '{value}'", failure);
    }

    [Fact]
    public void The_ledger_is_a_file_unless_a_storage_account_is_chosen()
    {
        const string Connection = "UseDevelopmentStorage=true";
        AppOptions none = Read(("AzureWebJobsStorage", Connection));
        AppOptions azure = Read(("FuncExec:Ledger:Type", "Azure"), ("AzureWebJobsStorage", Connection));
        AppOptions other = Read(("FuncExec:Ledger:Type", "azure"), ("FuncExec:Ledger:Name", "mine2"), ("FuncExec:Ledger:ConnectionStringName", "Jobs"), ("Jobs", Connection));

        Assert.Equal((LedgerType.Sqlite, null), (none.LedgerType, none.LedgerAccount));
        Assert.Equal((LedgerType.Azure, "funcexec", true), (azure.LedgerType, azure.LedgerName, azure.LedgerAccount is not null));
        Assert.Equal((LedgerType.Azure, "mine2", true), (other.LedgerType, other.LedgerName, other.LedgerAccount is not null));
    }

    [Theory]
    [InlineData("accountName", "abc")]
    [InlineData("accountName", "abc", "clientId", "00000000-0000-0000-0000-000000000001")]
    [InlineData("accountName", "abc", "credential", "managedidentity")]
    [InlineData("tableServiceUri", "https://abc.table.core.windows.net", "blobServiceUri", "https://abc.blob.core.windows.net")]
    public void A_storage_account_is_named_for_an_identity_too(params string[] pairs) => Assert.NotNull(Read(
        [("FuncExec:Ledger:Type", "azure"), .. pairs.Chunk(2).Select(static pair => ($"AzureWebJobsStorage:{pair[0]}", pair[1]))]).LedgerAccount);

    [Theory]
    [InlineData("'FuncExec__Ledger__Type' is 'redis'; allowed is sqlite or azure or postgresql", "FuncExec:Ledger:Type", "redis")]
    [InlineData("'FuncExec__Ledger__Type' is '2'; allowed is sqlite or azure or postgresql", "FuncExec:Ledger:Type", "2")]
    [InlineData("no connection string 'PostgreSQL'. Set ConnectionStrings__PostgreSQL", "FuncExec:Ledger:Type", "postgresql")]
    [InlineData("no connection string 'Jobs'. Set ConnectionStrings__Jobs", Hub + "type", "postgresql", Hub + "connectionStringName", "Jobs")]
    [InlineData("'FuncExec__Ledger__Name' is 'My-Jobs'; allowed is 3 to 63 lower-case letters", "FuncExec:Ledger:Name", "My-Jobs")]
    [InlineData("the setting 'AzureWebJobsStorage' names no account", "FuncExec:Ledger:Type", "azure")]
    [InlineData("'AzureWebJobsStorage' is wrong. It is no connection string", "FuncExec:Ledger:Type", "azure", "AzureWebJobsStorage", "secret")]
    [InlineData("'AzureWebJobsStorage' is wrong. 'A_B' is no name", "FuncExec:Ledger:Type", "azure", "AzureWebJobsStorage:accountName", "A_B")]
    [InlineData("'Jobs' is wrong. Its 'credential' is 'password'", "FuncExec:Ledger:Type", "azure", "FuncExec:Ledger:ConnectionStringName", "Jobs", "Jobs:accountName", "abc", "Jobs:credential", "password")]
    [InlineData("'AzureWebJobsStorage' is wrong. 'nowhere' is no address", "FuncExec:Ledger:Type", "azure", "AzureWebJobsStorage:tableServiceUri", "nowhere", "AzureWebJobsStorage:blobServiceUri", "https://b")]
    public void A_ledger_that_cannot_be_is_refused_by_name(string expected, params string[] pairs)
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => Read([.. pairs.Chunk(2).Select(static pair => (pair[0], pair[1]))]));

        string fault = Assert.Single(refused.Failures);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ledger_follows_a_hub_in_PostgreSQL()
    {
        const string Connection = "Host=localhost";
        AppOptions follows = Read((Hub + "type", "PostgreSql"), ("ConnectionStrings:PostgreSQL", Connection), ("AzureFunctionsJobHost:extensions:durableTask:hubName", "mine"));
        AppOptions named = Read((Hub + "type", "postgresql"), (Hub + "connectionStringName", "Jobs"), ("ConnectionStrings:Jobs", Connection));
        AppOptions own = Read((Hub + "type", "postgresql"), (Hub + "connectionStringName", "Jobs"), ("FuncExec:Ledger:ConnectionStringName", "Other"), ("Other", Connection));
        AppOptions alone = Read(("FuncExec:Ledger:Type", "postgresql"), ("ConnectionStrings:PostgreSQL", Connection));
        AppOptions apart = Read((Hub + "type", "postgresql"), ("FuncExec:Ledger:Type", "sqlite"));

        Assert.Equal(new LedgerDatabase(Connection, "mine"), follows.LedgerDatabase);
        Assert.All([named, own, alone], static options => Assert.Equal((LedgerType.PostgreSql, Connection), (options.LedgerType, options.LedgerDatabase?.ConnectionString)));
        Assert.Equal((LedgerType.Sqlite, null), (apart.LedgerType, apart.LedgerDatabase));
        Assert.DoesNotContain(Connection, $"{follows.LedgerDatabase}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SqliteJobLedger", "FileBlobStore")]
    [InlineData("PostgresJobLedger", "PostgresBlobStore", "--" + Hub + "type", "postgresql", "--ConnectionStrings:PostgreSQL", "Host=localhost")]
    [InlineData("AzureJobLedger", "AzureBlobStore", "--FuncExec:Ledger:Type", "azure", "--AzureWebJobsStorage", "UseDevelopmentStorage=true")]
    public async Task The_app_has_the_ledger_and_the_blobs_that_are_chosen(string ledger, string blobs, params string[] arguments)
    {
        await using ServiceProvider services = FuncExecApp.CreateBuilder(arguments).Services.BuildServiceProvider();

        Assert.Equal((ledger, blobs), (services.GetRequiredService<IJobLedger>().GetType().Name, services.GetRequiredService<IBlobStore>().GetType().Name));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("käfer")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void A_name_that_is_none_is_refused_without_repeating_it(string name) => Assert.Contains(
        "'WORKER_ID'", Assert.Single(Assert.Throws<OptionsValidationException>(() => Read(("WORKER_ID", name))).Failures));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048576", 1 << 20)]
    [InlineData("512KiB", 512 << 10)]
    [InlineData("2 mib", 2 << 20)]
    public void Sizes_are_taken_with_and_without_a_unit(string text, long bytes) =>
        Assert.Equal(bytes, Read(("FuncExec:Retention:Size", text)).RetentionSize);

    [Fact]
    public void Retention_of_zero_is_for_ever() => Assert.Equal(TimeSpan.Zero, Read(("FuncExec:Retention:Time", "0")).RetentionTime);

    [Theory]
    [InlineData(null, null, "00:00:09", "00:00:03")]
    [InlineData("1s", null, "00:00:09", "00:00:07")]
    [InlineData("1m", null, "00:01:04", "00:00:03")]
    [InlineData("5s", "30s", "00:00:30", "00:00:24")]
    [InlineData("5s", "6s", "00:00:06", "00:00:00")]
    public void What_is_left_of_a_stop_beside_the_grace_commands_may_run_on(string? grace, string? stop, string expected, string drain)
    {
        AppOptions options = Read(("FuncExec:KillGrace", grace!), ("FuncExec:StopTimeout", stop!));

        Assert.Equal((expected, drain), (options.StopTimeout.ToString("c"), options.StopDrain.ToString("c")));
    }

    [Fact]
    public void A_stop_that_is_shorter_than_what_it_waits_for_is_refused()
    {
        Assert.Contains(
            "'FuncExec__StopTimeout' is '5s'; allowed is a duration from 00:00:06 ",
            Assert.Single(Assert.Throws<OptionsValidationException>(() => Read(("FuncExec:StopTimeout", "5s"))).Failures));
        Assert.Contains(
            "'FuncExec__Engine__DrainTimeout' is '00:01:00'; allowed is up to 00:00:03, or FuncExec__StopTimeout of at least 00:01:06:",
            Assert.Single(Assert.Throws<OptionsValidationException>(() => Read(("FuncExec:Engine:DrainTimeout", "00:01:00"))).Failures));
        Assert.Equal(TimeSpan.FromSeconds(66), Read(("FuncExec:Engine:DrainTimeout", "00:01:00"), ("FuncExec:StopTimeout", "66s")).StopTimeout);
    }

    [Theory]
    [InlineData("00:00:03")]
    [InlineData("00:00:00.5", "--FuncExec:Engine:DrainTimeout", "00:00:00.5")]
    [InlineData("00:00:54", "--FuncExec:StopTimeout", "1m")]
    public void The_runtime_is_told_how_long_a_stop_may_take(string drain, params string[] arguments)
    {
        FunctionsApplicationBuilder builder = FuncExecApp.CreateBuilder(arguments);
        using ServiceProvider services = builder.Services.BuildServiceProvider();

        Assert.Equal(drain, builder.Configuration["FuncExec:Engine:DrainTimeout"]);
        Assert.Equal(AppOptionsReader.Peek(builder.Configuration).StopTimeout, services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public void All_wrong_settings_are_named_at_once() => Assert.Equal(
        2, Assert.Throws<OptionsValidationException>(() => Read(("FuncExec:KillGrace", "x"), ("MAX_CONCURRENT_TASKS", "x"))).Failures.Count());

    private static AppOptions Read(params (string Name, string Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        AppOptions options = new();
        new AppOptionsReader(configuration).Configure(options);
        return options;
    }
}
