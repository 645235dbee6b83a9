using System.Globalization;
using System.Runtime.Versioning;
using FuncExec.Tests.Shared;

namespace FuncExec.Runtime.Sqlite.Tests;

/// <summary>What another process, its death, and what the machine refuses it do to a hub.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessTests : IAsyncLifetime
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    private readonly SqlitePlace _place = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _place.DisposeAsync().AsTask();

    [Fact]
    public async Task A_second_process_is_refused_with_the_pid_of_the_first()
    {
        using var first = new OtherProcess([], "hold", _place.Directory);
        Assert.Equal("open", await first.ReadLineAsync());

        await using IHub hub = _place.CreateHub();
        HubStartException refused = await Assert.ThrowsAsync<HubStartException>(() => hub.OpenAsync(s_never));

        Assert.Contains($"in use by process {first.Id}.", refused.Message, StringComparison.Ordinal);
        Assert.Contains(_place.Directory, refused.Message, StringComparison.Ordinal);
        await first.EndAsync();
        await hub.OpenAsync(s_never);
        using var second = new OtherProcess([], "hold", _place.Directory);
        Assert.Contains($"in use by process {Environment.ProcessId}.", await second.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_answered_survives_every_kill()
    {
        long answered = 0;
        for (int round = 1; round <= 5; round++)
        {
            using var worker = new OtherProcess([], "work", _place.Directory);
            Assert.Equal("open", await worker.ReadLineAsync());
            for (int i = 0; i < 20 * round; i++)
            {
                answered = long.Parse((await worker.ReadLineAsync())!, CultureInfo.InvariantCulture);
            }

            await worker.KillAsync();
            foreach (string line in await worker.ReadToEndAsync())
            {
                // The last line may be cut off by the kill; a shorter number is a smaller one.
                answered = Math.Max(answered, long.Parse(line, CultureInfo.InvariantCulture));
            }

            await using IHub hub = _place.CreateHub();
            await hub.OpenAsync(s_never);
            InstanceRecord record = (await hub.FindInstanceAsync("work", s_never))!;
            Assert.InRange(record.Version, answered, answered + 1);
            IReadOnlyList<ReadOnlyMemory<byte>> history = await hub.ReadHistoryAsync(record.Key, 0, 100_000, s_never);
            Assert.Equal(
                Enumerable.Range(0, (int)record.Version).Select(i => (long)i),
                history.Select(turn => BitConverter.ToInt64(turn.Span)));
        }
    }

    [Fact]
    public async Task A_full_disk_is_named_and_work_goes_on_once_there_is_room()
    {
        using var worker = new OtherProcess(OtherProcess.OnSmallDisk("4m", _place.Directory), "fill", _place.Directory);

        List<string> lines = await worker.ReadToEndAsync();

        int full = lines.FindIndex(line => line.StartsWith("full: ", StringComparison.Ordinal));
        Assert.True(full > 0, string.Join('\n', lines.TakeLast(5)));
        Assert.Contains($"The disk that holds '{_place.File}' is full. Free some space", lines[full], StringComparison.Ordinal);
        long answered = long.Parse(lines[full - 1], CultureInfo.InvariantCulture);
        Assert.Equal($"stored: {answered}", lines[full + 1]);
        Assert.Equal($"after: {answered + 20}", lines[^1]);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_named()
    {
        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        File.SetUnixFileMode(_place.Directory, Readable);

        using var process = new OtherProcess(OtherProcess.WithoutRights, "hold", _place.Directory);

        string? line = await process.ReadLineAsync();

        File.SetUnixFileMode(_place.Directory, Readable | UnixFileMode.UserWrite);
        Assert.StartsWith($"refused: The data directory '{_place.Directory}' cannot be written by user", line, StringComparison.Ordinal);
    }
}
