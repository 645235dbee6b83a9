using System.Diagnostics;

namespace FuncExec.Container.Tests;

/// <summary>A directory of this machine that the images' user may write, with pipes at which commands wait.</summary>
internal sealed class Volume : IDisposable
{
    internal Volume() => Run("chown", "1654:1654", Path);

    internal string Path { get; } = Directory.CreateTempSubdirectory("funcexec-volume-").FullName;

    /// <summary>A file of it.</summary>
    internal string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a pipe; who reads it waits for one who writes.</summary>
    internal void MakeGate(string name)
    {
        Run("mkfifo", "-m", "0666", File(name));
    }

    /// <summary>Lets those go that wait at a pipe; waits for one if none does.</summary>
    internal Task OpenGateAsync(string name) => System.IO.File.WriteAllTextAsync(File(name), "").WaitAsync(ServiceContainer.Limit);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
