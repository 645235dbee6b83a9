using FuncExec.Migration.Tests.Running;
using FuncExec.Service.Tests.Running;
using Npgsql;
using Xunit.Abstractions;

namespace FuncExec.Migration.Tests;

/// <summary>Many jobs and a large artifact, in little memory.</summary>
public sealed class VolumeTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const int Jobs = 10_000;
    private const long Artifact = 200L * 1024 * 1024;

    /// <summary>What the process may have on its heap, or it ends: 64 MiB, in hexadecimal digits as the runtime takes it.</summary>
    private const string HeapLimit = "4000000";

    [Fact]
    public async Task Ten_thousand_jobs_and_an_artifact_of_200_MiB_are_moved_there_and_back()
    {
        using var data = new DataDirectory();
        string database = await MakeSchemaAsync();
        await LargePlace.MakeAsync(data.Data, Jobs, Artifact);
        foreach (string[] words in new string[][] { ["--from", data.Data, "--to", "postgresql"], ["--from", "postgresql", "--to", data.File("back")] })
        {
            long begun = TimeProvider.System.GetTimestamp();
            using Migrate migrate = Migrate.Start(database, new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = HeapLimit }, words);
            Outcome outcome = await migrate.WaitAsync();
            IReadOnlyDictionary<string, long> counts = outcome.Counts();
            output.WriteLine($"{TimeProvider.System.GetElapsedTime(begun).TotalSeconds:F1} s\n{outcome.Out}");
            Assert.Equal(Jobs, counts["jobs"]);
            Assert.Equal(Jobs, counts["instances"]);
            Assert.Equal(Jobs / 20, counts["blobs"]);
            Assert.Equal((Jobs / 20) + 1, counts["contents"]);
        }
    }

    /// <summary>A database whose role owns the hub's schema, and nothing else.</summary>
    private async Task<string> MakeSchemaAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(await postgres.Server.CreateDatabaseAsync());
        await postgres.Server.ExecuteAsync("CREATE ROLE mover LOGIN; CREATE SCHEMA funcexec_funcexec AUTHORIZATION mover", settings.Database!);
        settings.Username = "mover";
        return settings.ConnectionString;
    }
}
