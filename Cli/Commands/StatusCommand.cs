using System.Globalization;
using System.Text;
using FuncExec.Cli.Output;
using FuncExec.Cli.Services;
using FuncExec.Cli.Signals;

namespace FuncExec.Cli.Commands;

/// <summary>Shows a job.</summary>
/// <param name="jobId">Its id.</param>
/// <param name="json">Whether as the service shows it.</param>
/// <param name="choice">Which service to ask.</param>
internal sealed class StatusCommand(string jobId, bool json, ServiceChoice choice)
{
    private const int IdLength = 26;
    private const int ShownTasks = 100;

    /// <summary>Does it; answers the exit code.</summary>
    public async Task<int> RunAsync()
    {
        if (jobId.Length != IdLength || !jobId.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character)))
        {
            throw new CliException($"'{jobId}' is no job's id: an id has {IdLength} of the characters a-z 0-9.");
        }

        using Interrupts interrupts = new();
        try
        {
            ServiceFinder finder = new(choice);
            await using ServiceSession session = new(finder, choice, await finder.OpenAsync(interrupts.First));
            byte[] raw = await session.CallAsync(client => client.GetRawAsync(jobId, interrupts.First), interrupts.First);
            byte[] text = json ? [.. raw, (byte)'\n'] : Encoding.UTF8.GetBytes(await DescribeAsync(session, ApiClient.ReadJob(raw), interrupts.First));
            StandardStream.Out.Write(text);
            return 0;
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

    private static async Task<string> DescribeAsync(ServiceSession session, JobInfo job, CancellationToken cancellationToken)
    {
        StringBuilder text = new();
        AddLine(text, "job", job.Id);
        AddLine(text, "name", job.Name);
        AddLine(text, "status", job.Status);
        AddLine(text, "created", Spell(job.CreatedAt));
        AddLine(text, "started", Spell(job.StartedAt));
        AddLine(text, "finished", Spell(job.FinishedAt));
        AddLine(text, "error", job.Error);
        ListPage<TaskInfo> tasks = await session.CallAsync(client => client.ListTasksAsync(job.Id, null, ShownTasks, cancellationToken), cancellationToken);
        foreach (TaskInfo task in tasks.Items)
        {
            string exit = task.ExitCode is { } code ? $", exit code {code}" : "";
            string attempt = task.Attempt > 1 ? $", attempt {task.Attempt}" : "";
            AddLine(text, "task", $"{task.Id} {task.Status}{exit}{attempt}{(task.Error is { } error ? $": {error}" : "")}");
        }

        int more = (job.Counts?.Total ?? 0) - tasks.Items.Count;
        AddLine(text, "", more > 0 ? $"… and {more} more tasks" : null);
        return text.ToString();
    }

    private static string? Spell(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void AddLine(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            text.Append(name.PadRight(10)).Append(value.TrimEnd().ReplaceLineEndings(" ")).Append('\n');
        }
    }
}
