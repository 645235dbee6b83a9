using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FuncExec.Service.Tests;

/// <summary>Durability as the kernel sees it: nothing can be observed before the sync of the commit that caused it.</summary>
public sealed partial class SystemCallTraceTests
{
    [Fact]
    public async Task No_answer_and_no_child_precedes_the_sync_of_its_commit()
    {
        using var data = new DataDirectory();
        string trace = Path.Combine(data.Path, "trace");
        await using (var service = new ServiceProcess(data.Path))
        {
            await service.StartAsync(
                "strace", "-f", "-y", "-s", "4000", "-o", trace,
                "-e", "trace=fsync,fdatasync,write,pwrite64,writev,sendmsg,sendto,read,recvfrom,recvmsg,execve");
            string id = await service.PostAsync(new { command = "/bin/true" });
            JsonElement job = await service.WaitForEndAsync(id);
            Assert.Equal("succeeded", job.GetProperty("status").GetString());
            await StopTracedAsync(service);
        }

        List<string> lines = Lines(trace);
        int request = lines.FindIndex(static line => line.Contains("POST /api/jobs", StringComparison.Ordinal));
        int answer = lines.FindIndex(request, static line => line.Contains("HTTP/1.1 202", StringComparison.Ordinal));
        int child = lines.FindIndex(request, static line => line.Contains("execve(\"/bin/true\"", StringComparison.Ordinal)
            || line.Contains("execve(\"/usr/bin/true\"", StringComparison.Ordinal));
        int end = lines.FindIndex(request, static line => line.Contains("HTTP/1.1 200", StringComparison.Ordinal)
            && line.Contains("\\\"status\\\":\\\"succeeded\\\"", StringComparison.Ordinal));
        Assert.True(request >= 0 && answer > request && child > request && end > child, $"{request} {answer} {child} {end}");

        // The start is one commit, the call of the activity another, the end a third.
        Assert.True(SyncedCommits(lines, request, answer) >= 1, "The answer precedes the sync of the start.");
        Assert.True(SyncedCommits(lines, request, child) >= 2, "The child precedes the sync of the turn that called for it.");
        Assert.True(SyncedCommits(lines, child, end) >= 1, "The end was told before its sync.");
    }

    /// <summary>Counts syncs of the log that returned between two lines and follow a write to it there.</summary>
    private static int SyncedCommits(List<string> lines, int from, int to)
    {
        int commits = 0;
        bool written = false;
        for (int i = from; i < to; i++)
        {
            if (LogWrite().IsMatch(lines[i]))
            {
                written = true;
            }
            else if (written && LogSync().IsMatch(lines[i]))
            {
                commits++;
                written = false;
            }
        }

        return commits;
    }

    /// <summary>The trace in the order in which calls returned: a call that was interrupted in the trace counts where it was resumed.</summary>
    private static List<string> Lines(string trace)
    {
        var begun = new Dictionary<string, string>();
        var lines = new List<string>();
        foreach (string line in File.ReadLines(trace))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            string thread = line[..space];
            int unfinished = line.IndexOf("<unfinished ...>", StringComparison.Ordinal);
            if (unfinished >= 0)
            {
                begun[thread] = line[..unfinished];

                // What others can see begins with the call, not with its return.
                if (line.Contains("HTTP/1.1", StringComparison.Ordinal) || line.Contains("execve", StringComparison.Ordinal))
                {
                    lines.Add(line);
                }
            }
            else if (line.Contains("resumed>", StringComparison.Ordinal) && begun.Remove(thread, out string? start))
            {
                lines.Add(start + line[(line.IndexOf("resumed>", StringComparison.Ordinal) + "resumed>".Length)..]);
            }
            else
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    private static async Task StopTracedAsync(ServiceProcess service)
    {
        using Process? traced = Process.GetProcesses().FirstOrDefault(process => IsChildOf(process, service.ProcessId));
        if (traced is not null)
        {
            traced.Kill();
            await traced.WaitForExitAsync();
        }
    }

    private static bool IsChildOf(Process process, int parent)
    {
        try
        {
            return process.ProcessName == "WorkerFunctions"
                && File.ReadLines($"/proc/{process.Id}/status").Any(line => line == $"PPid:\t{parent}");
        }
        catch (IOException)
        {
            return false; // It ended meanwhile.
        }
    }

    [GeneratedRegex(@"\b(pwrite64|write|writev)\(\d+<[^>]*-wal>")]
    private static partial Regex LogWrite();

    [GeneratedRegex(@"\b(fsync|fdatasync)\(\d+<[^>]*-wal>.*= 0")]
    private static partial Regex LogSync();
}
