using System.Runtime.InteropServices;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Files.Attempts;
using FuncExec.WorkerFunctions.Files.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.WorkerFunctions.Tests.Files;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed partial class AttemptDirectoryTests
{
    private const int Nobody = 65534;

    [Fact]
    public async Task Each_attempt_has_one_for_the_service_alone_and_it_goes_with_all_that_is_in_it()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        AttemptDirectory first = root.NewDirectory();
        AttemptDirectory second = root.NewDirectory();
        Assert.NotEqual(first.FullPath, second.FullPath);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(first.FullPath));
        string outside = Directory.CreateDirectory(Path.Combine(root.Path, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "kept"), "");
        File.CreateSymbolicLink(Path.Combine(first.FullPath, "link"), outside);
        Directory.CreateDirectory(Path.Combine(first.FullPath, "a/b/c"));
        File.WriteAllText(Path.Combine(first.FullPath, "a/b/c/file"), "");

        await first.DisposeAsync();
        await second.DisposeAsync();

        Assert.Empty(Directory.GetFileSystemEntries(root.Attempts.Root));
        Assert.True(File.Exists(Path.Combine(outside, "kept")));
    }

    [Fact]
    public async Task Directories_deeper_than_a_path_can_say_go_too()
    {
        await using DataRoot root = await DataRoot.OpenAsync();
        AttemptDirectory directory = root.NewDirectory();
        string inner = Path.Combine(directory.FullPath, "x");
        string outer = Path.Combine(directory.FullPath, "y");
        Directory.CreateDirectory(inner);
        File.WriteAllText(Path.Combine(inner, "file"), "");
        for (int depth = 0; depth < 3000; depth++)
        {
            Directory.CreateDirectory(outer);
            Directory.Move(inner, Path.Combine(outer, "dir"));
            Directory.Move(outer, inner);
        }

        await directory.DisposeAsync();

        Assert.False(Directory.Exists(directory.FullPath));
    }

    [Fact]
    public async Task Many_files_go_too()
    {
        int count = Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1" ? 1_000_000 : 5000;
        await using DataRoot root = await DataRoot.OpenAsync();
        AttemptDirectory directory = root.NewDirectory();
        for (int number = 0; number < count; number++)
        {
            File.Create(Path.Combine(directory.FullPath, $"{number}")).Dispose();
        }

        await directory.DisposeAsync();

        Assert.False(Directory.Exists(directory.FullPath));
    }

    /// <summary>On a thread that has no more rights than any user, since nothing stops root.</summary>
    [Fact]
    public async Task Directories_without_rights_go_too_and_what_cannot_go_is_told()
    {
        string place = Directory.CreateTempSubdirectory("funcexec-files-").FullName;
        string? removed = null, refused = null;
        bool isRoot = Environment.UserName == "root";
        await Task.Factory.StartNew(
            () =>
            {
                string mine = Path.Combine(place, "mine");
                string others = Path.Combine(place, "others");
                Directory.CreateDirectory(Path.Combine(others, "full/of"));
                File.SetUnixFileMode(place, (UnixFileMode)0x1FF);
                Become(isRoot ? Nobody : -1);
                Directory.CreateDirectory(Path.Combine(mine, "a/b"));
                Directory.CreateDirectory(Path.Combine(mine, "c/d"));
                File.WriteAllText(Path.Combine(mine, "a/b/file"), "");
                File.SetUnixFileMode(Path.Combine(mine, "a/b"), 0);
                File.SetUnixFileMode(Path.Combine(mine, "a"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
                File.SetUnixFileMode(Path.Combine(mine, "c"), 0);
                File.SetUnixFileMode(mine, 0);
                removed = DirectoryRemoval.Remove(mine, CancellationToken.None) ?? "gone";
                refused = DirectoryRemoval.Remove(others, CancellationToken.None);
                Become(isRoot ? 0 : -1);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        Assert.Equal("gone", removed);
        Assert.False(Directory.Exists(Path.Combine(place, "mine")));
        Assert.True(refused is not null || !isRoot);
        Directory.Delete(place, recursive: true);
    }

    [Fact]
    public async Task What_a_killed_life_left_is_moved_aside_at_once_and_deleted()
    {
        string data = Directory.CreateTempSubdirectory("funcexec-files-").FullName;
        Directory.CreateDirectory(Path.Combine(data, "work/old/1/sub"));
        File.WriteAllText(Path.Combine(data, "work/old.lock"), "");
        Directory.CreateDirectory(Path.Combine(data, "work/older"));
        Directory.CreateDirectory(Path.Combine(data, "trash/oldest/sub"));
        DiskSpace disk = new(data, 0);
        await using (Trash trash = Trash.Open(data, NullLogger<Trash>.Instance))
        {
            using AttemptDirectories living = AttemptDirectories.Open(data, "one", disk, trash, NullLogger<AttemptDirectories>.Instance);
            using AttemptDirectories beside = AttemptDirectories.Open(data, "two", disk, trash, NullLogger<AttemptDirectories>.Instance);
            Assert.Equal(["one", "one.lock", "two", "two.lock"], Directory.GetFileSystemEntries(Path.Combine(data, "work")).Select(Path.GetFileName).Order());
        }

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(data, "work")));
        await using (Trash trash = Trash.Open(data, NullLogger<Trash>.Instance))
        {
            using FileSystemWatcher watcher = new(Path.Combine(data, "trash"));
            while (Directory.EnumerateFileSystemEntries(Path.Combine(data, "trash")).Any())
            {
                watcher.WaitForChanged(WatcherChangeTypes.Deleted, TimeSpan.FromMilliseconds(100));
            }
        }

        Directory.Delete(data, recursive: true);
    }

    private static void Become(int user)
    {
        if (user >= 0)
        {
            _ = SetFileSystemUser(user);
        }
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(int user);
}
