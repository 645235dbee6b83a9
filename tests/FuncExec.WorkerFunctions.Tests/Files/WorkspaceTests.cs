using System.IO.Compression;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Files.Attempts;
using FuncExec.WorkerFunctions.Files.Workspaces;

namespace FuncExec.WorkerFunctions.Tests.Files;

public sealed class WorkspaceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_tar_comes_out_as_it_went_in()
    {
        byte[] archive = new Tarball()
            .Directory("./").Directory("./src/").File("./src/main.c", "int main").File("run.sh", "#!/bin/sh", 0x9ED)
            .Directory("empty/").Link("src/latest", "main.c").Link("deep/er/up", "../../run.sh").HardLink("copy", "src/main.c")
            .Extended("path", "gr\u00fc\u00dfe/\u4e16\u754c").File("x", "hi").Extended("mtime", "1700000000.25").File("late").End();
        await using DataRoot root = await DataRoot.OpenAsync();
        string place = await LayOutAsync(root, archive);

        Assert.Equal(
            ["copy", "deep", "deep/er", "deep/er/up", "empty", "gr\u00fc\u00dfe", "gr\u00fc\u00dfe/\u4e16\u754c", "late", "run.sh", "src", "src/latest", "src/main.c"],
            Directory.EnumerateFileSystemEntries(place, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(place, path)).Order(StringComparer.Ordinal));
        Assert.Equal("int main", File.ReadAllText(Path.Combine(place, "copy")));
        Assert.Equal("#!/bin/sh", File.ReadAllText(Path.Combine(place, "deep/er/up")));
        Assert.Equal("main.c", new FileInfo(Path.Combine(place, "src/latest")).LinkTarget);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1_700_000_000), File.GetLastWriteTimeUtc(Path.Combine(place, "src/main.c")));
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1_700_000_000.25), File.GetLastWriteTimeUtc(Path.Combine(place, "late")));
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1_700_000_000), Directory.GetLastWriteTimeUtc(Path.Combine(place, "src")));
        AssertMode("rwxr-xr-x", Path.Combine(place, "run.sh"));
        AssertMode("rw-r--r--", Path.Combine(place, "src/main.c"));
    }

    [Fact]
    public async Task A_zip_comes_out_as_it_went_in()
    {
        byte[] archive = new Zipfile().File("a/run", "1", 0x81ED).File("plain", "2", 0).Link("a/l", "../plain").Entry("e/", [], 0x41ED).Entry("nil", [], 0).End();
        await using DataRoot root = await DataRoot.OpenAsync();
        string place = await LayOutAsync(root, archive);

        Assert.Equal("2", File.ReadAllText(Path.Combine(place, "a/l")));
        Assert.True(Directory.Exists(Path.Combine(place, "e")));
        Assert.Equal(0, new FileInfo(Path.Combine(place, "nil")).Length);
        AssertMode("rwxr-xr-x", Path.Combine(place, "a/run"));
        AssertMode("rw-r--r--", Path.Combine(place, "plain"));
    }

    [Fact]
    public async Task What_one_attempt_changes_no_other_sees()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        byte[] archive = new Zipfile().File("a", "one").End();
        string first = await LayOutAsync(root, archive);
        await using (FileStream file = new(Path.Combine(first, "a"), FileMode.Open))
        {
            file.Write("two"u8);
        }

        Assert.Equal("one", File.ReadAllText(Path.Combine(await LayOutAsync(root, archive), "a")));
    }

    [Fact]
    public async Task Many_at_once_unpack_it_once()
    {
        CountingStore? store = null;
        await using DataRoot root = await DataRoot.OpenAsync(wrap: inner => store = new CountingStore(inner));
        byte[] archive = Enumerable.Range(0, 600).Aggregate(new Zipfile(), static (zip, n) => zip.File($"d{n % 7}/f{n}", $"{n}")).End();
        string hash = await ReceiveAsync(root, archive);
        AttemptDirectory[] directories = [.. Enumerable.Range(0, 20).Select(_ => root.NewDirectory())];
        WorkspaceCache cache = root.Cache;

        LayOutOutcome[] outcomes = await Task.WhenAll(directories.Select(directory => Task.Run(() => cache.LayOutAsync("job", hash, directory.FullPath, None))));

        Assert.All(outcomes, static outcome => Assert.IsType<LayOutOutcome.Done>(outcome));
        Assert.All(directories, static directory => Assert.Equal("599", File.ReadAllText(Path.Combine(directory.FullPath, "d4/f599"))));
        Assert.Equal(1, store!.Opened);
    }

    /// <summary>1 GiB in 50,000 files in the long form.</summary>
    [Fact]
    public async Task A_hundred_attempts_ten_at_a_time_get_a_large_one()
    {
        bool isLong = Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1";
        (int files, int attempts) = isLong ? (50_000, 100) : (1000, 20);
        byte[] content = new byte[21_000];
        new Random(3).NextBytes(content);
        await using DataRoot root = await DataRoot.OpenAsync();
        string path = Path.Combine(root.Path, "archive");
        await using (ZipArchive zip = await ZipFile.OpenAsync(path, ZipArchiveMode.Create))
        {
            for (int number = 0; number < files; number++)
            {
                await using Stream entry = await zip.CreateEntry($"d{number % 100}/s{number % 1000}/f{number}", CompressionLevel.NoCompression).OpenAsync();
                await entry.WriteAsync(content);
            }
        }

        await using FileStream archive = File.OpenRead(path);
        string hash = Assert.IsType<ReceiveOutcome.Accepted>(await root.Workspaces.ReceiveAsync("job", archive, None)).Hash;
        WorkspaceCache cache = root.Cache;
        await Parallel.ForAsync(0, attempts, new ParallelOptions { MaxDegreeOfParallelism = 10 }, async (number, token) =>
        {
            await using AttemptDirectory directory = root.NewDirectory();
            Assert.IsType<LayOutOutcome.Done>(await cache.LayOutAsync("job", hash, directory.FullPath, token));
            Assert.Equal(files, Directory.EnumerateFiles(directory.FullPath, "*", SearchOption.AllDirectories).Count());
            Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(directory.FullPath, "d7/s7/f7"), token));
        });

        Assert.Empty(Directory.GetFileSystemEntries(root.Attempts.Root));
    }

    [Fact]
    public async Task Past_its_bound_the_one_that_was_not_used_for_longest_goes_and_comes_back()
    {
        CountingStore? store = null;
        await using DataRoot root = await DataRoot.OpenAsync(new FileLimits { MinFreeDisk = 0, WorkspaceCacheLimit = 250 }, inner => store = new CountingStore(inner));
        byte[][] archives = [.. "abc".Select(static name => new Zipfile().File($"{name}", new string(name, 100)).End())];
        await LayOutAsync(root, archives[0]);
        await LayOutAsync(root, archives[1]);
        await LayOutAsync(root, archives[0]);
        Assert.Equal(200, root.Cache.Size);
        await LayOutAsync(root, archives[2]);
        Assert.Equal(200, root.Cache.Size);
        Assert.Equal(3, store!.Opened);

        await LayOutAsync(root, archives[0]);
        Assert.Equal(3, store.Opened);
        await LayOutAsync(root, archives[1]);
        Assert.Equal(4, store.Opened);
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(root.Path, "workspaces")).Length);
    }

    [Fact]
    public async Task A_restart_takes_over_what_was_whole_and_unpacks_the_rest_again()
    {
        await using DataRoot first = await DataRoot.OpenAsync();
        byte[] archive = new Zipfile().File("a", "one").End();
        await LayOutAsync(first, archive);
        string home = Directory.GetDirectories(Path.Combine(first.Path, "workspaces")).Single();
        string half = Path.Combine(first.Path, "workspaces", new string('0', 64));
        Directory.CreateDirectory(Path.Combine(half, "tree"));
        await first.Blobs.DisposeAsync();

        CountingStore? store = null;
        await using DataRoot second = await DataRoot.ReopenAsync(first.Path, wrap: inner => store = new CountingStore(inner));
        string place = await LayOutAsync(second, archive);
        Assert.Equal((0, false, 3L), (store!.Opened, Directory.Exists(half), second.Cache.Size));
        Assert.Equal("one", File.ReadAllText(Path.Combine(place, "a")));

        Directory.Delete(home, recursive: true);
        Assert.Equal("one", File.ReadAllText(Path.Combine(await LayOutAsync(second, archive), "a")));
        Assert.Equal(1, store.Opened);
    }

    [Fact]
    public async Task After_another_boot_everything_is_unpacked_again()
    {
        await using DataRoot first = await DataRoot.OpenAsync();
        byte[] archive = new Zipfile().File("a", "one").End();
        await LayOutAsync(first, archive);
        await first.Blobs.DisposeAsync();
        File.WriteAllText(Path.Combine(first.Path, "workspaces", "boot"), "another");

        CountingStore? store = null;
        await using DataRoot second = await DataRoot.ReopenAsync(first.Path, wrap: inner => store = new CountingStore(inner));
        await LayOutAsync(second, archive);
        Assert.Equal(1, store!.Opened);
    }

    [Fact]
    public async Task One_that_is_not_in_the_store_is_a_failure_that_says_so()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        await using AttemptDirectory directory = root.NewDirectory();

        LayOutOutcome outcome = await root.Cache.LayOutAsync("job", new string('a', 64), directory.FullPath, None);

        Assert.Contains("not in the blob store", Assert.IsType<LayOutOutcome.Failed>(outcome).Message, StringComparison.Ordinal);
    }

    private static async Task<string> ReceiveAsync(DataRoot root, byte[] archive) =>
        Assert.IsType<ReceiveOutcome.Accepted>(await root.Workspaces.ReceiveAsync("job", new MemoryStream(archive), None)).Hash;

    private static async Task<string> LayOutAsync(DataRoot root, byte[] archive)
    {
        string hash = await ReceiveAsync(root, archive);
        AttemptDirectory directory = root.NewDirectory();
        LayOutOutcome outcome = await root.Cache.LayOutAsync("job", hash, directory.FullPath, None);
        Assert.Equal("", outcome is LayOutOutcome.Failed failed ? failed.Message : "");
        return directory.FullPath;
    }

    private static void AssertMode(string expected, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            int mode = (int)File.GetUnixFileMode(path);
            Assert.Equal(expected, string.Concat(Enumerable.Range(0, 9).Select(bit => (mode & (0x100 >> bit)) != 0 ? "rwx"[bit % 3] : '-')));
            Assert.Equal(0, mode >> 9);
        }
    }

    private sealed class CountingStore(IBlobStore inner) : BlobStoreWrapper(inner)
    {
        private int _opened;

        public int Opened => _opened;

        public override Task<Stream?> OpenContentAsync(string jobId, string hash, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _opened);
            return base.OpenContentAsync(jobId, hash, cancellationToken);
        }
    }
}
