using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FuncExec.Container.Tests;

/// <summary>A root file system of this machine's own files: a shell, some programs, and the ASP.NET Core runtime that runs the tests.</summary>
internal static class BaseImage
{
    // What commands of the tests and containers/health call.
    private static readonly string[] s_programs =
        ["cat", "echo", "id", "ls", "mkdir", "rm", "setsid", "sh", "sleep", "touch", "true"];

    /// <summary>Writes it into an empty directory.</summary>
    internal static void Write(string root)
    {
        foreach (string directory in (string[])["bin", "etc", "tmp", "usr/share/dotnet", "usr/local/bin"])
        {
            Directory.CreateDirectory(Path.Combine(root, directory));
        }

        File.SetUnixFileMode(Path.Combine(root, "tmp"), (UnixFileMode)0b1_111_111_111);
        File.Copy("/bin/bash", Path.Combine(root, "bin/bash"));
        File.Copy(File.Exists("/bin/busybox") ? "/bin/busybox" : "/usr/bin/busybox", Path.Combine(root, "bin/busybox"));
        foreach (string program in s_programs)
        {
            File.CreateSymbolicLink(Path.Combine(root, "bin", program), "busybox");
        }

        CopyRuntime(Path.Combine(root, "usr/share/dotnet"));
        string[] binaries = [.. Directory.EnumerateFiles(Path.Combine(root, "usr/share/dotnet"), "*.so", SearchOption.AllDirectories), "/bin/bash"];
        foreach (string library in LibrariesOf(binaries).Where(library => !library.StartsWith(root, StringComparison.Ordinal)))
        {
            string target = root + library;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(library, target, overwrite: true);
        }
    }

    // …/shared/Microsoft.NETCore.App/10.0.x
    private static void CopyRuntime(string target)
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/'));
        string home = runtime.Parent!.Parent!.Parent!.FullName;
        CopyTree(runtime.FullName, Path.Combine(target, "shared", "Microsoft.NETCore.App", runtime.Name));
        string web = Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Http.IResult).Assembly.Location)!;
        CopyTree(web, Path.Combine(target, "shared", "Microsoft.AspNetCore.App", Path.GetFileName(web)));
        CopyTree(Path.Combine(home, "host"), Path.Combine(target, "host"));
    }

    internal static void CopyTree(string source, string target)
    {
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    // The runtime's own and, since it looks for it only when it needs it, TLS.
    private static HashSet<string> LibrariesOf(string[] binaries)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in Lines("ldd", binaries).Concat(Lines("ldconfig", ["-p"]).Where(static line => line.Contains("libssl.so.3", StringComparison.Ordinal) || line.Contains("libcrypto.so.3", StringComparison.Ordinal))))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(static word => word.Trim().StartsWith('/') && !word.EndsWith(':')) is { } path)
            {
                found.Add(path.Trim());
            }
        }

        return found;
    }

    private static string[] Lines(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. text.Split('\n').Select(static line => line.Contains("=>", StringComparison.Ordinal) ? line[(line.IndexOf("=>", StringComparison.Ordinal) + 2)..] : line).Select(static line => line.Replace('(', ' '))];
    }
}
