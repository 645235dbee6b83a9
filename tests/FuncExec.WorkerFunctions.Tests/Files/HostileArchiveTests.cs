using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Files.Attempts;
using FuncExec.WorkerFunctions.Files.Workspaces;

namespace FuncExec.WorkerFunctions.Tests.Files;

public sealed class HostileArchiveTests
{
    private static readonly FileLimits Limits = new() { MinFreeDisk = 0, WorkspaceExpandedLimit = 5_000_000, WorkspaceEntryLimit = 1000 };

    public static TheoryData<string> Names => [.. HostileArchives.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_refused_with_the_entry_named_and_leaves_nothing(string name)
    {
        HostileArchives.Case hostile = HostileArchives.All[name];
        byte[] archive = hostile.Make();
        await using DataRoot root = await DataRoot.OpenAsync(Limits);
        WorkspaceStore store = root.Workspaces;
        string[] before = root.Listing();
        long allocated = GC.GetTotalAllocatedBytes();

        ReceiveOutcome outcome = await store.ReceiveAsync("job", new MemoryStream(archive), CancellationToken.None);

        ArchiveMistake mistake = Assert.IsType<ReceiveOutcome.Refused>(outcome).Mistakes[^1];
        Assert.Equal(hostile.Entry, mistake.Entry);
        Assert.Contains(hostile.Reason, mistake.Message, StringComparison.Ordinal);
        Assert.Equal(before, root.Listing());
        Assert.InRange(GC.GetTotalAllocatedBytes() - allocated, 0, 200_000_000);
    }

    /// <summary>As if one had come into the store all the same.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_not_unpacked_either(string name)
    {
        byte[] archive = HostileArchives.All[name].Make();
        await using DataRoot root = await DataRoot.OpenAsync(Limits);
        ContentId content = (await root.Blobs.PutContentAsync("job", new MemoryStream(archive), long.MaxValue, CancellationToken.None))!;
        WorkspaceCache cache = root.Cache;
        AttemptDirectory directory = root.NewDirectory();
        string[] before = [.. root.Listing().Where(path => !path.Contains("/trash/", StringComparison.Ordinal))];

        LayOutOutcome outcome = await cache.LayOutAsync("job", content.Hash, directory.FullPath, CancellationToken.None);

        Assert.IsType<LayOutOutcome.Failed>(outcome);
        Assert.Equal(before, root.Listing().Where(path => !path.Contains("/trash/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once_up_to_fifty()
    {
        await using DataRoot root = await DataRoot.OpenAsync(Limits);
        byte[] archive = Enumerable.Range(0, 80).Aggregate(new Tarball(), static (tar, n) => tar.File($"../f{n}")).End();

        ReceiveOutcome outcome = await root.Workspaces.ReceiveAsync("job", new MemoryStream(archive), CancellationToken.None);

        IReadOnlyList<ArchiveMistake> mistakes = Assert.IsType<ReceiveOutcome.Refused>(outcome).Mistakes;
        Assert.Equal(Enumerable.Range(0, 50).Select(static n => $"../f{n}"), mistakes.Select(static mistake => mistake.Entry));
    }

    [Fact]
    public async Task One_that_is_too_large_is_refused_before_it_is_read_to_its_end()
    {
        await using DataRoot root = await DataRoot.OpenAsync(new FileLimits { MinFreeDisk = 0, WorkspaceLimit = 1000 });
        WorkspaceStore store = root.Workspaces;
        string[] before = root.Listing();
        MemoryStream archive = new(new byte[10_000_000]);

        Assert.Equal(new ReceiveOutcome.TooLarge(1000), await store.ReceiveAsync("job", archive, CancellationToken.None));
        Assert.InRange(archive.Position, 1, 1_000_000);
        Assert.Equal(before, root.Listing());
    }

    [Fact]
    public async Task Without_room_on_the_disk_none_is_taken()
    {
        await using DataRoot root = await DataRoot.OpenAsync(new FileLimits { MinFreeDisk = long.MaxValue / 2 });

        ReceiveOutcome outcome = await root.Workspaces.ReceiveAsync("job", new MemoryStream(new Zipfile().File("a").End()), CancellationToken.None);

        Assert.Contains("FuncExec__MinFreeDisk", Assert.IsType<ReceiveOutcome.NoRoom>(outcome).Message, StringComparison.Ordinal);
        Assert.Contains("FuncExec__MinFreeDisk", Assert.IsType<MakeDirectoryOutcome.Failed>(root.Attempts.Create()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_byte_changed_is_refused_or_harmless_and_never_a_fault()
    {
        await using DataRoot root = await DataRoot.OpenAsync(Limits);
        byte[][] archives =
        [
            new Zipfile().File("a/b", "some text").Link("l", "a").File("c").End(),
            new Tarball().Directory("d/").File("d/a", "some text").Link("l", "d").HardLink("h", "d/a").Raw(new byte[1024]).ToArray(),
        ];
        Random random = new(1);
        int count = Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1" ? 200_000 : 3000;
        for (int round = 0; round < count; round++)
        {
            byte[] archive = [.. archives[round % 2]];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                archive[random.Next(archive.Length)] = (byte)random.Next(256);
            }

            string place = Directory.CreateDirectory(Path.Combine(root.Path, "place")).FullName;
            archive = round % 2 == 0 ? archive : Tarball.Compress(archive);
            _ = Archive.Run(new MemoryStream(archive), Limits, new TreeExtractor(place), CancellationToken.None);
            Directory.Delete(place, recursive: true);
        }

        Assert.Equal(["blobs", "trash", "work"], Directory.GetDirectories(root.Path).Select(Path.GetFileName).Order());
    }
}
