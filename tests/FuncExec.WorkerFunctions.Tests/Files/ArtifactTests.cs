using System.Diagnostics;
using System.IO.Compression;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Files.Artifacts;
using FuncExec.WorkerFunctions.Files.Attempts;

namespace FuncExec.WorkerFunctions.Tests.Files;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ArtifactTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_patterns_name_is_stored_by_content()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        await using AttemptDirectory directory = root.NewDirectory();
        Write(directory, "out/app", "program", executable: true);
        Write(directory, "out/deep/copy", "program");
        Write(directory, "out/.hidden", "");
        Write(directory, "log.txt", "text");
        Write(directory, "other", "not wanted");

        CollectOutcome.Collected collected = await CollectAsync(root, directory, "out/**", "./*.txt", "nothing/*");

        Assert.Equal(["log.txt", "out/.hidden", "out/app", "out/deep/copy"], collected.Artifacts.Select(static artifact => artifact.Path));
        Assert.Equal("compile/3/out/app", collected.Artifacts[2].Name);
        Assert.Equal((true, false), (collected.Artifacts[2].IsExecutable, collected.Artifacts[3].IsExecutable));
        Assert.Equal(11, collected.StoredBytes);
        await using Stream content = (await root.Blobs.OpenContentAsync("job", collected.Artifacts[0].Hash, None))!;
        Assert.Equal("text", await new StreamReader(content).ReadToEndAsync(None));
    }

    [Fact]
    public async Task Links_are_collected_when_they_lead_to_a_file_inside_and_never_otherwise()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        await using AttemptDirectory directory = root.NewDirectory();
        File.WriteAllText(Path.Combine(root.Path, "secret"), "secret");
        Write(directory, "sub/real", "inside");
        Link(directory, "inside", "sub/real");
        Link(directory, "sub/up", "../sub/real");
        Link(directory, "absolute", Path.Combine(root.Path, "secret"));
        Link(directory, "climbing", "../../../secret");
        Link(directory, "directory", "sub");
        Link(directory, "outer", root.Path);
        Link(directory, "self", "self");
        Link(directory, "nowhere", "gone");
        Link(directory, "device", "/dev/zero");
        Assert.Equal(0, await ShellAsync($"mkfifo '{directory.FullPath}/fifo'"));

        CollectOutcome.Collected collected = await CollectAsync(root, directory, "**", "outer/secret", "directory/real");

        Assert.Equal(["inside", "sub/real", "sub/up"], collected.Artifacts.Select(static artifact => artifact.Path));
        Assert.Single(collected.Artifacts.DistinctBy(static artifact => artifact.Hash));
    }

    [Fact]
    public async Task A_directory_that_is_swapped_for_a_link_leaks_nothing()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        await using AttemptDirectory directory = root.NewDirectory();
        string outside = Directory.CreateDirectory(Path.Combine(root.Path, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "f"), "secret");
        Write(directory, "real/f", "fine");
        Write(directory, "d/f", "fine");
        Link(directory, "l", outside);
        Link(directory, "spare", outside);
        using CancellationTokenSource stop = new();
        Task swapping = Task.Factory.StartNew(() => Swap(directory.FullPath, stop.Token), None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        HashSet<string> contents = [];
        for (int round = 0; round < 300; round++)
        {
            // While it is being swapped the walk may fail, too, and say so.
            if (await Collector(root).CollectAsync("job", "compile", 0, 3, directory.FullPath, ["d/**", "real/**"], None) is CollectOutcome.Collected collected)
            {
                contents.UnionWith(collected.Artifacts.Select(static artifact => artifact.Hash));
            }
        }

        await stop.CancelAsync();
        await swapping;
        Assert.Single(contents);
    }

    [Fact]
    public async Task Past_its_bounds_a_task_fails_and_is_told_which()
    {
        await using DataRoot root = await DataRoot.OpenAsync(new FileLimits { MinFreeDisk = 0, ArtifactFileLimit = 3, ArtifactLimit = 1000 });
        await using AttemptDirectory directory = root.NewDirectory();
        Write(directory, "a/1", new string('x', 600));
        Write(directory, "a/2", new string('y', 600));
        Write(directory, "b/3", "");
        Write(directory, "b/4", "");

        Assert.Contains("more than 3 files", await FailAsync(root, directory, "**"), StringComparison.Ordinal);
        Assert.Contains("more than 1000 B together (FuncExec__ArtifactLimit)", await FailAsync(root, directory, "a/*"), StringComparison.Ordinal);
        Assert.Contains("'..'", await FailAsync(root, directory, "b/../../*"), StringComparison.Ordinal);
        Assert.Equal(2, (await CollectAsync(root, directory, "b/*")).Artifacts.Count);
    }

    [Fact]
    public async Task Artifacts_lie_where_they_lay_and_replace_what_the_workspace_has()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        await using AttemptDirectory first = root.NewDirectory();
        Write(first, "out/app", "program", executable: true);
        Write(first, "config", "new");
        CollectOutcome.Collected collected = await CollectAsync(root, first, "**");
        await using AttemptDirectory second = root.NewDirectory();
        Write(second, "config", "old");

        Assert.IsType<LayOutOutcome.Done>(await Layout(root).LayOutAsync("job", [.. collected.Artifacts, .. collected.Artifacts], second.FullPath, None));

        Assert.Equal("new", File.ReadAllText(Path.Combine(second.FullPath, "config")));
        Assert.True((File.GetUnixFileMode(Path.Combine(second.FullPath, "out/app")) & UnixFileMode.UserExecute) != 0);
        File.AppendAllText(Path.Combine(second.FullPath, "out/app"), "!");
        await using Stream content = (await root.Blobs.OpenContentAsync("job", collected.Artifacts[1].Hash, None))!;
        Assert.Equal("program", await new StreamReader(content).ReadToEndAsync(None));
    }

    [Fact]
    public async Task What_cannot_lie_in_one_directory_is_a_failure_that_names_both_tasks()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        await using AttemptDirectory directory = root.NewDirectory();
        ArtifactRecord one = new(0, 0, "out/a", 1, new string('1', 64), false) { Name = "compile/0/out/a" };
        ArtifactRecord other = new(1, 4, "out/a", 1, new string('2', 64), false) { Name = "link/4/out/a" };
        ArtifactRecord beneath = new(1, 4, "out/a/b", 1, new string('3', 64), false) { Name = "link/4/out/a/b" };
        Write(directory, "file", "");
        Link(directory, "link", "..");
        Directory.CreateDirectory(Path.Combine(directory.FullPath, "dir"));

        string[] failures =
        [
            await Fail(one, other),
            await Fail(one, beneath),
            await Fail(one),
            await Fail(one with { Path = "file/x", Name = "compile/0/file/x" }),
            await Fail(one with { Path = "link/x", Name = "compile/0/link/x" }),
            await Fail(one with { Path = "dir", Name = "compile/0/dir" }),
        ];

        Assert.Contains("'compile/0' and 'link/4' left different files 'out/a'", failures[0], StringComparison.Ordinal);
        Assert.Contains("'compile/0' left a file 'out/a' and the task 'link/4'", failures[1], StringComparison.Ordinal);
        Assert.Contains("not in the blob store", failures[2], StringComparison.Ordinal);
        Assert.Contains("beneath 'file'", failures[3], StringComparison.Ordinal);
        Assert.Contains("beneath 'link'", failures[4], StringComparison.Ordinal);
        Assert.Contains("has a directory", failures[5], StringComparison.Ordinal);

        async Task<string> Fail(params ArtifactRecord[] artifacts) =>
            Assert.IsType<LayOutOutcome.Failed>(await Layout(root).LayOutAsync("job", artifacts, directory.FullPath, None)).Message;
    }

    [Fact]
    public async Task All_come_as_one_ZIP_to_a_stream_that_is_written_asynchronously_only()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        await using AttemptDirectory directory = root.NewDirectory();
        Write(directory, "a", "one", executable: true);
        Write(directory, "b/gr\u00fc\u00dfe", new string('z', 1_000_000));
        CollectOutcome.Collected collected = await CollectAsync(root, directory, "**");
        using MemoryStream written = new();

        await new ArtifactZip(root.Blobs).WriteAsync("job", collected.Artifacts.ToAsyncEnumerable(), DateTimeOffset.UnixEpoch.AddYears(50), new AsyncOnlyStream(written), None);

        written.Position = 0;
        using ZipArchive zip = new(written);
        Assert.Equal(["compile/3/a", "compile/3/b/gr\u00fc\u00dfe"], zip.Entries.Select(static entry => entry.FullName));
        Assert.Equal("one", await new StreamReader(zip.Entries[0].Open()).ReadToEndAsync(None));
        Assert.Equal(1_000_000, zip.Entries[1].Length);
        Assert.Equal(0x81ED, zip.Entries[0].ExternalAttributes >>> 16);
    }

    [Fact]
    public async Task A_ZIP_that_cannot_be_whole_has_no_end()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        using MemoryStream written = new();
        ArtifactRecord lost = new(0, 0, "a", 1, new string('1', 64), false) { Name = "compile/0/a" };

        await Assert.ThrowsAsync<IOException>(() => new ArtifactZip(root.Blobs).WriteAsync(
            "job", new[] { lost }.ToAsyncEnumerable(), DateTimeOffset.UnixEpoch.AddYears(50), new AsyncOnlyStream(written), None));

        written.Position = 0;
        Assert.Throws<InvalidDataException>(() => new ZipArchive(written));
    }

    private static ArtifactCollector Collector(DataRoot root) => new(root.Blobs, root.Limits);

    private static ArtifactLayout Layout(DataRoot root) => new(root.Blobs);

    private static async Task<CollectOutcome.Collected> CollectAsync(DataRoot root, AttemptDirectory directory, params string[] patterns) =>
        Assert.IsType<CollectOutcome.Collected>(await Collector(root).CollectAsync("job", "compile", 0, 3, directory.FullPath, patterns, None).WaitAsync(TimeSpan.FromMinutes(1)));

    private static async Task<string> FailAsync(DataRoot root, AttemptDirectory directory, params string[] patterns) =>
        Assert.IsType<CollectOutcome.Failed>(await Collector(root).CollectAsync("job", "compile", 0, 3, directory.FullPath, patterns, None)).Message;

    private static void Write(AttemptDirectory directory, string path, string content, bool executable = false)
    {
        string full = Path.Combine(directory.FullPath, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        if (executable)
        {
            File.SetUnixFileMode(full, File.GetUnixFileMode(full) | UnixFileMode.UserExecute);
        }
    }

    private static void Link(AttemptDirectory directory, string path, string target) => File.CreateSymbolicLink(Path.Combine(directory.FullPath, path), target);

    /// <summary>Turns <c>d</c> from a directory into a link that leads outside and back, and <c>real/f</c> into one too.</summary>
    private static void Swap(string directory, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Directory.Move(Path.Combine(directory, "d"), Path.Combine(directory, "aside"));
            Directory.Move(Path.Combine(directory, "l"), Path.Combine(directory, "d"));
            Directory.Move(Path.Combine(directory, "d"), Path.Combine(directory, "l"));
            Directory.Move(Path.Combine(directory, "aside"), Path.Combine(directory, "d"));
        }
    }

    private static async Task<int> ShellAsync(string command)
    {
        using Process process = Process.Start("/bin/sh", ["-c", command]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>What Kestrel gives: no seeking, no synchronous writing.</summary>
    private sealed class AsyncOnlyStream(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => throw new InvalidOperationException("Synchronous operations are disallowed.");

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("Synchronous operations are disallowed.");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            await inner.WriteAsync(buffer, cancellationToken);
        }
    }
}
