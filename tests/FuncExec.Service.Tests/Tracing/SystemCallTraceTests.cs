using System.Diagnostics;
using System.Text.Json;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Tracing;

/// <summary>Durability as the kernel sees it: nothing can be observed before the sync of the commit that caused it.</summary>
public sealed class SystemCallTraceTests
{
    private const string Calls = "trace=fsync,fdatasync,write,pwrite64,writev,sendmsg,sendto,read,recvfrom,recvmsg,execve";

    private readonly DataDirectory _data = new();

    [Fact]
    public async Task No_answer_and_no_child_precedes_the_sync_of_what_it_follows_from()
    {
        using DataDirectory data = _data;
        string file = data.File("trace");
        string id;
        await using (var service = new ServiceProcess(data.Data))
        {
            await service.StartAsync("strace", "-f", "-y", "-s", "5000", "-o", file, "-e", Calls);
            id = (await service.Api.PostJobAsync(new { command = "/bin/true" })).GetProperty("id").GetString()!;
            JsonElement job = await service.Api.WaitForEndAsync(id);
            Assert.Equal("succeeded", job.GetProperty("status").GetString());
            await KillTracedAsync(service);
        }

        SystemCallTrace trace = SystemCallTrace.Read(file);
        int request = trace.Find(0, "POST /api/jobs");
        int accepted = trace.Find(request, "HTTP/1.1 202");
        int child = trace.Find(request, "execve(\"/bin/true\"", "execve(\"/usr/bin/true\"");
        int succeeded = trace.FindAnswer(child, "HTTP/1.1 200", "\\\"status\\\":\\\"succeeded\\\"");
        int ended = trace.FindAnswer(child, "HTTP/1.1 200", "\\\"finishedAt\\\":\\\"");
        Assert.True(request >= 0 && accepted > request && child > request && ended > child, $"{request} {accepted} {child} {ended}");

        // The job's row, and the start of its orchestration.
        int row = trace.FindWrite(request, "ledger", id);
        Assert.True(row > request && row < accepted, $"The row of the job is written at {row}, the job accepted at {accepted}.");
        Assert.True(trace.IsSynced("ledger", row, accepted), "The job was accepted before its row was synced.");
        Assert.True(trace.Commits("funcexec", request, accepted) >= 1, "The job was accepted before the start was synced.");

        // The row, the beginning and the claim; the turns that called for the lane and for the task.
        Assert.True(trace.Commits("ledger", request, child) >= 3, "The command was started before its claim was synced.");
        Assert.True(trace.Commits("funcexec", request, child) >= 3, "The command was started before the turn that called for it was synced.");

        // The end of the task, after which its step shows it, and the end of the job.
        Assert.True(succeeded > child && trace.Commits("ledger", child, succeeded) >= 1, "The end of the task was told before it was synced.");
        Assert.True(trace.Commits("ledger", child, ended) >= 2, "The end of the job was told before it was synced.");
    }

    /// <summary>The tracer ends with what it traces.</summary>
    private static async Task KillTracedAsync(ServiceProcess service)
    {
        string children = await File.ReadAllTextAsync($"/proc/{service.ProcessId}/task/{service.ProcessId}/children");
        using Process traced = Process.GetProcessById(int.Parse(children.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], System.Globalization.CultureInfo.InvariantCulture));
        traced.Kill();
        await service.WaitForExitAsync();
    }
}
