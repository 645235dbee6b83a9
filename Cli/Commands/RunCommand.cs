using System.Text;
using FuncExec.Cli.Jobs;
using FuncExec.Cli.Output;
using FuncExec.Cli.Services;
using FuncExec.Cli.Signals;

namespace FuncExec.Cli.Commands;

/// <summary>Runs a job and stays with it to its end.</summary>
internal sealed class RunCommand
{
    private static readonly byte[] _newline = "\n"u8.ToArray();

    /// <summary>Where the job comes from.</summary>
    public required JobSource Source { get; init; }

    /// <summary>Which variables the command gets.</summary>
    public required VariableChoice Variables { get; init; }

    /// <summary>Whether the job is left to the service.</summary>
    public required bool Detach { get; init; }

    /// <summary>Whether the finished job goes to standard output.</summary>
    public required bool Json { get; init; }

    /// <summary>Whether nothing is said that need not be said.</summary>
    public required bool Quiet { get; init; }

    /// <summary>Which service does it.</summary>
    public required ServiceChoice Service { get; init; }

    /// <summary>Does it; answers the exit code.</summary>
    public async Task<int> RunAsync()
    {
        Caller caller = Caller.OfProcess();
        using Interrupts interrupts = new();
        try
        {
            DocumentMaker maker = await DocumentMaker.PrepareAsync(Source, Variables, caller, interrupts.First);
            ServiceFinder finder = new(Service);
            ServiceLink link = Detach ? await FindToDetachAsync(finder, interrupts.First) : await finder.OpenAsync(interrupts.First);
            await using ServiceSession session = new(finder, Service, link);
            byte[] document = maker.Make(link.ActsForCaller);
            string once = Guid.NewGuid().ToString("N");
            interrupts.First.ThrowIfCancellationRequested();
            // Not to be broken off: a job that was accepted has to be cancelled, and for that its id is needed.
            JobInfo job = await session.CallAsync(client => client.CreateAsync(document, once, CancellationToken.None), interrupts.First);
            if (Detach)
            {
                StandardStream.Out.Write(Encoding.UTF8.GetBytes(job.Id + "\n"));
                return 0;
            }

            return await StayAsync(session, job, interrupts);
        }
        catch (OperationCanceledException) when (interrupts.First.IsCancellationRequested)
        {
            return interrupts.ExitCode;
        }
        catch (ClosedOutputException)
        {
            return ExitCodes.OutputClosed;
        }
        catch (IOException exception)
        {
            throw new CliException(exception.Message, exception);
        }
    }

    private async Task<ServiceLink> FindToDetachAsync(ServiceFinder finder, CancellationToken cancellationToken)
    {
        ServiceLink? link = await finder.FindAsync(cancellationToken);
        if (link is { Place: ServicePlace.Server })
        {
            return link;
        }

        bool other = link is not null;
        await (link?.DisposeAsync() ?? ValueTask.CompletedTask);
        throw new CliException(other
            ? $"--detach needs a service that stays. The one over {Service.DataDirectory} belongs to another funcexec and ends with it. When it has ended, start one: funcexec serve"
            : $"--detach needs a service that stays, and none runs over {Service.DataDirectory}. Start one: funcexec serve");
    }

    private async Task<int> StayAsync(ServiceSession session, JobInfo job, Interrupts interrupts)
    {
        bool single = job.Counts?.Total == 1;
        OutputPrinter printer = new(single ? new ExactOutput(Json) : new PrefixedOutput(Json));
        JobFollower follower = new(session, printer, job.Id);
        JobCanceller canceller = new(session, job.Id, interrupts, printer.Fault, Quiet);
        Task cancelling = canceller.WatchAsync();
        await follower.FollowAsync(CancellationToken.None);
        canceller.Stop();
        await cancelling;

        JobEnd end = await EndAsync(session, job.Id, single);
        if (session.Link.HostedSince is { } since && !interrupts.First.IsCancellationRequested)
        {
            await new OthersJobs(session, since, job.Id, Quiet).WaitAsync(interrupts.First);
        }

        return Close(end, printer, canceller);
    }

    private async Task<JobEnd> EndAsync(ServiceSession session, string jobId, bool single)
    {
        byte[] raw = await session.CallAsync(client => client.GetRawAsync(jobId, CancellationToken.None), CancellationToken.None);
        JobInfo job = ApiClient.ReadJob(raw);
        JobEnd end;
        if (single)
        {
            TaskInfo task = (await session.CallAsync(client => client.ListTasksAsync(jobId, null, 1, CancellationToken.None), CancellationToken.None)).Items[0];
            end = JobEnd.OfOne(job, task);
            if (task.Truncated)
            {
                Messages.Error("the command wrote more than the service keeps (FuncExec__OutputLimit); some of it is missing above.");
            }
        }
        else
        {
            end = JobEnd.OfSeveral(job, await ListFailedAsync(session, jobId));
        }

        if (Json)
        {
            StandardStream.Out.Write(raw);
            StandardStream.Out.Write(_newline);
        }

        return end;
    }

    private int Close(JobEnd end, OutputPrinter printer, JobCanceller canceller)
    {
        if (printer.Fault.IsCompletedSuccessfully)
        {
            throw printer.Fault.Result;
        }

        if (canceller.ExitCode is { } interrupted)
        {
            return interrupted;
        }

        if (end.Message is { } message && !Quiet)
        {
            Messages.Error(message);
        }

        return end.ExitCode;
    }

    private static async Task<IReadOnlyList<TaskInfo>> ListFailedAsync(ServiceSession session, string jobId)
    {
        const int shown = 20;
        List<TaskInfo> failed = [];
        foreach (string status in new[] { "failed", "timedOut" })
        {
            ListPage<TaskInfo> page = await session.CallAsync(client => client.ListTasksAsync(jobId, status, shown, CancellationToken.None), CancellationToken.None);
            failed.AddRange(page.Items);
        }

        return [.. failed.Take(shown)];
    }
}
