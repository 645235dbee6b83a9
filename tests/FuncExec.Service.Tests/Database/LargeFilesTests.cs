using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using FuncExec.Service.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Database;

/// <summary>Files that are larger than what a node may hold of them go through the database, from node to node.</summary>
public sealed class LargeFilesTests(TwoNodes nodes, ITestOutputHelper output) : IClassFixture<TwoNodes>
{
    private const int Mebi = 1024 * 1024;

    /// <summary>What a node may need more than before, however large the file is.</summary>
    private const long MostHeld = 200L * Mebi;

    /// <summary>Almost the most that a workspace may have by default, a gibibyte; little of it in the short form.</summary>
    private static readonly long s_size = (TestForm.IsLong ? 1_020L : 24) * Mebi;

    [Fact]
    public async Task Workspace_and_artifact_are_streamed()
    {
        string archive = nodes.Data.File("large.zip");
        string hash = await ZipNoiseAsync(archive);
        long[] before = [ProcessTable.PeakMemory(nodes.Left.ProcessId), ProcessTable.PeakMemory(nodes.Right.ProcessId)];
        long begun = TimeProvider.System.GetTimestamp();

        Answer taken = await nodes.Left.Api.SendAsync(HttpMethod.Post, "/api/jobs", () => new MultipartFormDataContent
        {
            { JsonContent.Create(new { runsOn = new[] { "right" }, steps = new[] { new { name = "main", artifacts = new[] { "large" }, payload = new { command = "sha256sum", args = new[] { "large" } } } } }), "job" },
            { new StreamContent(File.OpenRead(archive)), "workspace", "large.zip" },
        });
        string id = taken.Expect(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        TimeSpan sent = TimeProvider.System.GetElapsedTime(begun);
        JsonElement job = await nodes.Right.Api.WaitForEndAsync(id);
        Assert.True(job.GetProperty("status").GetString() == "succeeded", job.ToString());
        TimeSpan ran = TimeProvider.System.GetElapsedTime(begun);
        Assert.StartsWith(hash, (await nodes.Left.Api.GetAsync($"/api/jobs/{id}/tasks/main/0/output")).Text, StringComparison.Ordinal);

        using HttpResponseMessage artifact = await nodes.Left.Api.OpenAsync($"/api/jobs/{id}/artifacts/main/0/large");
        await using Stream content = await artifact.Content.ReadAsStreamAsync();
        Assert.Equal(hash, Convert.ToHexStringLower(await SHA256.HashDataAsync(content)));
        TimeSpan read = TimeProvider.System.GetElapsedTime(begun);

        long[] more = [ProcessTable.PeakMemory(nodes.Left.ProcessId) - before[0], ProcessTable.PeakMemory(nodes.Right.ProcessId) - before[1]];
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{s_size / Mebi} MiB: sent after {sent.TotalSeconds:0.0} s, run and kept after {ran.TotalSeconds:0.0} s, read after {read.TotalSeconds:0.0} s; at most {more[0] / Mebi} and {more[1] / Mebi} MiB more than before."));
        Assert.All(more, static held => Assert.InRange(held, 0, MostHeld));
        Assert.Equal(HttpStatusCode.NoContent, (await nodes.Left.Api.SendAsync(HttpMethod.Delete, $"/api/jobs/{id}")).Status);
    }

    /// <summary>Writes an archive of one file of noise; answers the file's hash.</summary>
    private static async Task<string> ZipNoiseAsync(string path)
    {
        var random = new Random(4711);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using ZipArchive archive = await ZipFile.OpenAsync(path, ZipArchiveMode.Create);
        await using Stream entry = await archive.CreateEntry("large", CompressionLevel.NoCompression).OpenAsync();
        byte[] piece = new byte[Mebi];
        for (long written = 0; written < s_size; written += piece.Length)
        {
            random.NextBytes(piece);
            hash.AppendData(piece);
            await entry.WriteAsync(piece);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
