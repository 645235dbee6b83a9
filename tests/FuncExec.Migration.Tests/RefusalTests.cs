using System.Diagnostics;
using FuncExec.Migration.Tests.Running;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres;
using FuncExec.Runtime.Transfer;
using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FuncExec.Migration.Tests;

/// <summary>What is not moved, and who may not start: each with a text that says what to do.</summary>
public sealed class RefusalTests(PostgresFixture postgres, SourceFixture source) : IClassFixture<PostgresFixture>, IClassFixture<SourceFixture>
{
    private const string Schema = "funcexec_funcexec";

    private PostgresServer Server => postgres.Server;

    public static TheoryData<string[], string> WrongWords => new()
    {
        { [], "Say --from PLACE --to PLACE, or --release PLACE." },
        { ["--from", "postgresql"], "Say --from PLACE --to PLACE, or --release PLACE." },
        { ["--from", "postgresql", "--to", "postgresql"], "One of --from and --to is 'postgresql', the other a data directory." },
        { ["--from", "/tmp/a", "--to", "/tmp/b"], "One of --from and --to is 'postgresql', the other a data directory." },
        { ["--from", "/tmp/a", "--to", "postgresql", "--release", "/tmp/a"], "Say --from PLACE --to PLACE, or --release PLACE." },
        { ["--from", "", "--to", "postgresql"], "A place is the name of a directory, or 'postgresql'." },
        { ["--from", "/tmp/a", "--to", "postgresql", "--hub", "../hub"], "'../hub' is no hub's name" },
        { ["--from", "/tmp/a", "--to", "postgresql", "--connection", "Host=db;Password=secret"], "--connection is the name of a connection string" },
        { ["--from", "postgresql", "--to", "/tmp/a", "--connection", "Nowhere"], "There is no connection string 'Nowhere'. Set ConnectionStrings__Nowhere" },
        { ["--from", "/nowhere/at/all", "--to", "postgresql"], "There is no directory '/nowhere/at/all'." },
        { ["--frmo", "x"], "'--frmo'" },
    };

    [Theory]
    [MemberData(nameof(WrongWords))]
    public async Task Wrong_words_are_told(string[] words, string text)
    {
        Outcome outcome = (await Migrate.RunAsync(null, words)).Refused(text);
        Assert.DoesNotContain("secret", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_without_a_service_s_data_is_no_source()
    {
        using var data = new DataDirectory();
        Directory.CreateDirectory(data.Data);
        string database = await Server.CreateDatabaseAsync();
        (await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql")).Refused("holds no hub: there is no file 'funcexec.db' in it");
        Assert.Empty(Directory.GetFiles(data.Data, "*.db"));
        Assert.Equal(0, await SchemasAsync(database));
    }

    [Fact]
    public async Task A_database_that_is_not_there_or_not_to_be_used_is_told_and_the_password_is_not()
    {
        using var data = new DataDirectory();
        await MakeSourceAsync(data.Data);
        string closed = "Host=127.0.0.1;Port=1;Username=me;Password=secret;Timeout=2";
        string insecure = "Host=db.example.org;Username=me;Password=secret;SSL Mode=Prefer";
        string none = Server.ConnectionString("nosuchdatabase") + ";Password=secret";
        foreach ((string connection, string text) in new[]
        {
            (closed, "the server cannot be reached"), (insecure, "does not verify it"), (none, "there is no such database"), ("Hots=db;Password=secret", "cannot be read"),
        })
        {
            Outcome outcome = (await Migrate.RunAsync(connection, "--from", data.Data, "--to", "postgresql")).Refused(text);
            Assert.DoesNotContain("secret", outcome.Error, StringComparison.Ordinal);
        }

        await StartsAsync(Services.OverSqlite(data.Data));
    }

    [Fact]
    public async Task Nothing_is_moved_out_of_a_database_that_holds_no_service_s_data()
    {
        using var data = new DataDirectory();
        string database = await Server.CreateDatabaseAsync();
        (await Migrate.RunAsync(database, "--from", "postgresql", "--to", data.Data)).Refused("there is no hub of FuncExec");
        Assert.Equal(0, await SchemasAsync(database));
    }

    [Fact]
    public async Task A_foreign_schema_and_a_newer_one_are_left_alone()
    {
        using var data = new DataDirectory();
        await MakeSourceAsync(data.Data);
        string foreign = await Server.CreateDatabaseAsync();
        await ExecuteAsync(foreign, $"CREATE SCHEMA {Schema}; CREATE TABLE {Schema}.somebodys(x int)");
        (await Migrate.RunAsync(foreign, "--from", data.Data, "--to", "postgresql")).Refused("holds something else than FuncExec's tables");

        string newer = await Server.CreateDatabaseAsync();
        await using (IHub hub = MakeHub(newer))
        {
            await hub.OpenAsync(CancellationToken.None);
        }

        // A node of this version could work beside what was added; what was added would be left behind.
        await ExecuteAsync(newer, $"UPDATE {Schema}.funcexec_versions SET version = 99 WHERE store = 'hub'");
        await using (IHub hub = MakeHub(newer))
        {
            await hub.OpenAsync(CancellationToken.None);
        }

        (await Migrate.RunAsync(newer, "--from", data.Data, "--to", "postgresql")).Refused("has schema version 99", "would leave out what came later");
        (await Migrate.RunAsync(newer, "--from", "postgresql", "--to", data.File("back"))).Refused("has schema version 99");
        await StartsAsync(Services.OverSqlite(data.Data));
    }

    [Fact]
    public async Task A_target_that_holds_data_is_left_alone()
    {
        using var data = new DataDirectory();
        using var other = new DataDirectory();
        string database = await Server.CreateDatabaseAsync();
        await MakeSourceAsync(data.Data);
        await MakeSourceAsync(other.Data);
        (await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql")).Counts();
        (await Migrate.RunAsync(database, "--from", other.Data, "--to", "postgresql")).Refused("holds data already, and is left alone");
        (await Migrate.RunAsync(database, "--from", "postgresql", "--to", other.Data)).Refused($"SQLite in {other.Data} holds data already");

        // Neither was marked.
        await StartsAsync(Services.OverSqlite(other.Data));
        await StartsAsync(Services.OverPostgres(other.Data, database));
    }

    [Theory]
    [InlineData("key")]
    [InlineData("signing-secret")]
    [InlineData("timers/mine.json")]
    public async Task Files_of_others_in_a_target_are_left_alone(string file)
    {
        using var data = new DataDirectory();
        string database = await Server.CreateDatabaseAsync();
        await MakeSourceAsync(data.Data);
        (await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql")).Counts();
        string path = data.File("back/" + file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "mine");
        (await Migrate.RunAsync(database, "--from", "postgresql", "--to", data.File("back"))).Refused("holds data already, and is left alone");
        Assert.Equal("mine", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task A_target_that_does_not_hold_what_was_read_is_shown_and_not_started()
    {
        using var data = new DataDirectory();
        string database = await Server.CreateDatabaseAsync();
        await MakeSourceAsync(data.Data);
        await StartsAsync(Services.OverPostgres(data.File("node"), database));
        await ExecuteAsync(
            database,
            $"""
            TRUNCATE {Schema}.ledger_jobs, {Schema}.hub_instances, {Schema}.hub_activities;
            CREATE FUNCTION {Schema}.falsifies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := NEW.at + 1; RETURN NEW; END $$;
            CREATE TRIGGER falsifies BEFORE INSERT ON {Schema}.ledger_events FOR EACH ROW EXECUTE FUNCTION {Schema}.falsifies()
            """);
        Outcome wrong = await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql");
        Assert.Equal(125, wrong.Code);
        Assert.Equal(["events"], wrong.Out.Split('\n').Where(static line => line.EndsWith("DIFFERENT", StringComparison.Ordinal)).Select(static line => line[..16].Trim()));
        Assert.Contains("does not hold what was read; no service starts over it", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("and not complete", await Services.FailAsync(Services.OverPostgres(data.Data, database)), StringComparison.Ordinal);

        await ExecuteAsync(database, $"DROP TRIGGER falsifies ON {Schema}.ledger_events");
        (await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql")).Counts();
        await StartsAsync(Services.OverPostgres(data.Data, database));
    }

    [Fact]
    public async Task Damaged_content_is_told_and_not_moved()
    {
        using var data = new DataDirectory();
        string database = await Server.CreateDatabaseAsync();
        await LargePlace.MakeAsync(data.Data, 3, 100_000);
        string content = Directory.GetFiles(Path.Combine(data.Data, "blobs", "content"), "*", SearchOption.AllDirectories).MaxBy(static file => new FileInfo(file).Length)!;
        byte[] bytes = await File.ReadAllBytesAsync(content);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(content, bytes);
        (await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql")).Refused(Path.GetFileName(content), "is damaged: its SHA-256 is");
        Assert.Contains("and not complete", await Services.FailAsync(Services.OverPostgres(data.File("node"), database)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_service_uses_is_not_moved_and_goes_on()
    {
        using var data = new DataDirectory();
        using var other = new DataDirectory();
        string database = await Server.CreateDatabaseAsync();
        await MakeSourceAsync(other.Data);
        await using (ServiceProcess service = Services.OverSqlite(data.Data))
        {
            await service.StartAsync();
            (await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql")).Refused($"is in use by process {service.ProcessId}");
            await RunsAsync(service);
            Assert.Equal(0, await service.StopAsync());
        }

        await using (ServiceProcess service = Services.OverPostgres(data.Data, database))
        {
            await service.StartAsync();
            (await Migrate.RunAsync(database, "--from", other.Data, "--to", "postgresql")).Refused("is in use by 1 node. Stop every node first.");
            (await Migrate.RunAsync(database, "--from", "postgresql", "--to", other.File("back"))).Refused("is in use by 1 node. Stop every node first.");
            await RunsAsync(service);
            Assert.Equal(0, await service.StopAsync());
        }

        await StartsAsync(Services.OverSqlite(data.Data));
        await StartsAsync(Services.OverSqlite(other.Data));
        await StartsAsync(Services.OverPostgres(data.Data, database));
    }

    [Fact]
    public async Task A_source_starts_again_only_after_its_release()
    {
        using var data = new DataDirectory();
        string database = await Server.CreateDatabaseAsync();
        string third = await Server.CreateDatabaseAsync();
        await MakeSourceAsync(data.Data);
        (await Migrate.RunAsync(null, "--release", data.Data)).Refused("there is no mark to take away");
        (await Migrate.RunAsync(database, "--from", data.Data, "--to", "postgresql")).Counts();
        Assert.Contains("would run the same jobs twice", await Services.FailAsync(Services.OverSqlite(data.Data)), StringComparison.Ordinal);
        (await Migrate.RunAsync(third, "--from", data.Data, "--to", "postgresql")).Refused("moved by 'funcexec migrate' to PostgreSQL", $"--release {data.Data}");

        (await Migrate.RunAsync(null, "--release", data.Data)).Succeeded();
        await StartsAsync(Services.OverSqlite(data.Data));
        (await Migrate.RunAsync(database, "--from", "postgresql", "--to", data.File("back"))).Counts();
        Assert.Contains("would run the same jobs twice", await Services.FailAsync(Services.OverPostgres(data.Data, database)), StringComparison.Ordinal);
        (await Migrate.RunAsync(database, "--release", "postgresql")).Succeeded();
        await StartsAsync(Services.OverPostgres(data.Data, database));
    }

    [Fact]
    public async Task A_node_that_looked_before_the_mark_was_there_does_not_begin()
    {
        string database = await Server.CreateDatabaseAsync();
        await using IHub early = MakeHub(database);
        await early.OpenAsync(CancellationToken.None);
        await using IHub working = MakeHub(database);
        await working.OpenAsync(CancellationToken.None);
        HubSession session = await working.OpenSessionAsync("works", TimeSpan.FromMinutes(1), CancellationToken.None);

        await using IMarkedStore store = await PostgresHubTransfer.OpenAsync(database, "funcexec", mustExist: true, CancellationToken.None);
        var mark = new TransferMark(TransferRole.Source, "elsewhere");
        HubStartException inUse = await Assert.ThrowsAsync<HubStartException>(() => store.MarkAsync(mark, CancellationToken.None));
        Assert.Contains("is in use by 1 node.", inUse.Message, StringComparison.Ordinal);
        Assert.Null(await store.ReadMarkAsync(CancellationToken.None));
        Assert.True(await working.RenewSessionAsync(session.Id, CancellationToken.None));

        await working.CloseSessionAsync(session.Id, CancellationToken.None);
        await store.MarkAsync(mark, CancellationToken.None);
        HubRejectedException refused = await Assert.ThrowsAsync<HubRejectedException>(() => early.OpenSessionAsync("late", TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Contains("no node may begin here", refused.Message, StringComparison.Ordinal);
        Assert.False(await working.RenewSessionAsync(session.Id, CancellationToken.None));

        HubStartException second = await Assert.ThrowsAsync<HubStartException>(() => PostgresHubTransfer.OpenAsync(database, "funcexec", mustExist: true, CancellationToken.None));
        Assert.Contains("in use by another 'funcexec migrate'", second.Message, StringComparison.Ordinal);
        await store.UnmarkAsync(CancellationToken.None);
        Assert.True((await early.OpenSessionAsync("again", TimeSpan.FromMinutes(1), CancellationToken.None)).Id > session.Id);
        Assert.Equal(0, await Server.ReadAsync<long>("SELECT count(*) FROM pg_class WHERE relname LIKE 'funcexec_migration%'", new NpgsqlConnectionStringBuilder(database).Database!));
    }

    private static IHub MakeHub(string connectionString) => new PostgresHubProvider().Create(new Runtime.Hosting.HubContext
    {
        DataDirectory = "/nowhere",
        HubName = "funcexec",
        GetConnectionString = _ => connectionString,
        LoggerFactory = NullLoggerFactory.Instance,
    });

    /// <summary>A data directory as a service leaves it that has run one job.</summary>
    private async Task MakeSourceAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        using Process copy = Process.Start("cp", ["-a", Path.Combine(await source.Directory.Value, "."), directory]);
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
    }

    private static async Task StartsAsync(ServiceProcess service)
    {
        await using (service)
        {
            await service.StartAsync();
            await RunsAsync(service);
            Assert.Equal(0, await service.StopAsync());
        }
    }

    private static async Task RunsAsync(ServiceProcess service)
    {
        string id = (await service.Api.PostJobAsync(new { command = "true" })).GetProperty("id").GetString()!;
        Assert.Equal("succeeded", (await service.Api.WaitForEndAsync(id)).GetProperty("status").GetString());
    }

    private async Task<long> SchemasAsync(string connectionString) => await Server.ReadAsync<long>(
        "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'funcexec%'", new NpgsqlConnectionStringBuilder(connectionString).Database!);

    private Task ExecuteAsync(string connectionString, string sql) => Server.ExecuteAsync(sql, new NpgsqlConnectionStringBuilder(connectionString).Database!);
}
