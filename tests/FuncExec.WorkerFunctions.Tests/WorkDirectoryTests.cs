using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.WorkerFunctions.Tests;

public sealed class WorkDirectoryTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void Each_process_has_one_of_its_own_and_takes_it_away()
    {
        using (WorkDirectory first = Open())
        using (WorkDirectory second = Open())
        {
            Assert.NotEqual(first.FullPath, second.FullPath);
            Assert.True(Directory.Exists(first.FullPath));
        }

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_data, "work")));
    }

    [Fact]
    public void What_a_killed_process_left_is_deleted()
    {
        string left = Path.Combine(_data, "work", "left");
        Directory.CreateDirectory(Path.Combine(left, "attempt"));
        File.WriteAllText(left + ".lock", "");

        using WorkDirectory directory = Open();

        Assert.False(Directory.Exists(left));
        Assert.False(File.Exists(left + ".lock"));
    }

    private WorkDirectory Open() => WorkDirectory.Open(_data, NullLogger<WorkDirectory>.Instance);
}
