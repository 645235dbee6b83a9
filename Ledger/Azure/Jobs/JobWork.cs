using Azure;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>
/// What is known of a job as its head's version has it, and what is to be changed. Rows are read when they are asked for. Should
/// somebody else write meanwhile, the commit meets another head, and all of this is forgotten. Operations look first and
/// change then: what throws has changed nothing.
/// </summary>
internal sealed partial class JobWork
{
    /// <summary>How many steps are in the head's row, and in each further one.</summary>
    internal const int StepsInRow = 100;

    /// <summary>How many tasks' statuses are in a row.</summary>
    internal const int StatusesInRow = 1_024;

    private const int MostRows = 80;
    private const long MostWeight = 1_000_000;

    private readonly LedgerTable _table;
    private readonly string _jobId;
    private readonly string _partition;
    private readonly Dictionary<int, StepData[]> _steps = [];
    private readonly Dictionary<(int Step, int Page), byte[]> _statuses = [];
    private readonly Dictionary<TaskPlace, TaskData?> _tasks = [];
    private readonly HashSet<int> _changedSteps = [];
    private readonly HashSet<(int Step, int Page)> _changedStatuses = [];
    private readonly HashSet<TaskPlace> _changedTasks = [];
    private readonly List<TableRow> _others = [];
    private readonly List<TableRow> _before = [];
    private readonly List<EventData> _events = [];
    private JobHead? _head;
    private long _weight;

    internal JobWork(LedgerTable table, string jobId, LoadedHead? loaded)
    {
        _table = table;
        _jobId = jobId;
        _partition = RowKeys.Partition(jobId);
        Stored = _head = loaded?.Head;
        ETag = loaded?.ETag;
        if (loaded is not null)
        {
            _steps[0] = [.. loaded.Data.Steps];
        }
    }

    /// <summary>The head as it is stored; null when there is none.</summary>
    internal JobHead? Stored { get; private set; }

    /// <summary>The head as it stands after what was changed so far.</summary>
    internal JobHead? Head
    {
        get => _head;
        set
        {
            _head = value;
            Changes++;
        }
    }

    /// <summary>The version of the head that is stored; null when there is none.</summary>
    internal ETag? ETag { get; private set; }

    /// <summary>The job, which is there and is seen, or null.</summary>
    internal JobHead? Seen => Head is { IsSeen: true } head ? head : null;

    /// <summary>One time for all of the change.</summary>
    internal DateTimeOffset Now { get; private set; }

    /// <summary>How many changes were made since the last commit.</summary>
    internal int Changes { get; private set; }

    /// <summary>How many rows were read beside the head.</summary>
    internal int Reads { get; private set; }

    /// <summary>How many rows more may be changed in this commit.</summary>
    internal int Room => _weight > MostWeight
        ? 0
        : Math.Max(0, MostRows - _changedTasks.Count - _others.Count - _changedStatuses.Count - _changedSteps.Count);

    internal void Begin(DateTimeOffset now) => Now = now > Stored?.ChangedAt ? now : Stored?.ChangedAt ?? now;

    // ---- Steps ----

    internal async Task<StepData?> FindStepAsync(int step, CancellationToken cancellationToken)
    {
        if (Head is null || step < 0 || step >= Head.Steps)
        {
            return null;
        }

        StepData[] page = await LoadStepsAsync(step / StepsInRow, cancellationToken).ConfigureAwait(false);
        return page[step % StepsInRow];
    }

    /// <summary>Changes a step that was found.</summary>
    internal void SetStep(int step, StepData content)
    {
        int page = step / StepsInRow;
        _steps[page][step % StepsInRow] = content;
        _weight += TextWeight(content.Closing?.Error);
        if (page > 0)
        {
            _changedSteps.Add(page);
        }

        Head = Head! with { };
    }

    /// <summary>The job with its steps, as it stands after what was changed so far.</summary>
    internal async Task<JobRecord> ToRecordAsync(CancellationToken cancellationToken)
    {
        await LoadAllStepsAsync(cancellationToken).ConfigureAwait(false);
        var steps = new List<StepRecord>(Head!.Steps);
        for (int step = 0; step < Head.Steps; step++)
        {
            steps.Add(_steps[step / StepsInRow][step % StepsInRow].ToRecord(step));
        }

        return Head.ToRecord(steps);
    }

    // ---- Tasks ----

    /// <summary>The task's row, or null when it has not begun. Its step must be there.</summary>
    internal async Task<TaskData?> FindTaskAsync(TaskPlace place, CancellationToken cancellationToken)
    {
        // Also for a task that is known: whoever changes it changes its status too.
        byte[] statuses = await LoadStatusesAsync(place.Step, place.Index / StatusesInRow, cancellationToken).ConfigureAwait(false);
        if (_tasks.TryGetValue(place, out TaskData? known))
        {
            return known;
        }

        TaskData? task = statuses[place.Index % StatusesInRow] == 0 ? null : await ReadTaskAsync(place, cancellationToken).ConfigureAwait(false);
        return _tasks[place] = task;
    }

    /// <summary>Writes a task that was found; its step's counts and its status follow.</summary>
    internal void SetTask(TaskPlace place, TaskData task)
    {
        TaskData? before = _tasks[place];
        _tasks[place] = task;
        _changedTasks.Add(place);
        _weight += task.Weight;
        Changes++;
        if (before?.Status == task.Status)
        {
            return;
        }

        (int, int) page = (place.Step, place.Index / StatusesInRow);
        _statuses[page][place.Index % StatusesInRow] = (byte)task.Status;
        _changedStatuses.Add(page);
        SetStep(place.Step, _steps[place.Step / StepsInRow][place.Step % StepsInRow].Move(before?.Status, task.Status));
        int running = Head!.Running + (task.IsRunning ? 1 : 0) - (before is { IsRunning: true } ? 1 : 0);
        Head = Head with { Running = running, IsListedRunning = Head.IsListedRunning || running > 0 };
    }

    /// <summary>Places of rows of a status, in order, from a place on, at most <paramref name="limit"/>.</summary>
    internal async Task<List<TaskPlace>> ListPlacesAsync(JobTaskStatus status, TaskPlace from, int limit, CancellationToken cancellationToken)
    {
        var places = new List<TaskPlace>();
        await LoadAllStepsAsync(cancellationToken).ConfigureAwait(false);
        for (int index = from.Step; index < (Head?.Steps ?? 0) && places.Count < limit; index++)
        {
            StepData step = _steps[index / StepsInRow][index % StepsInRow];
            int left = step.Rows(status);
            int first = index == from.Step ? from.Index : 0;
            if (left > 0 && step.Total - first > StatusesInRow)
            {
                await LoadAllStatusesAsync(index, first / StatusesInRow, step.Total, cancellationToken).ConfigureAwait(false);
            }

            for (int page = first / StatusesInRow; left > 0 && page * StatusesInRow < step.Total && places.Count < limit; page++)
            {
                byte[] statuses = await LoadStatusesAsync(index, page, cancellationToken).ConfigureAwait(false);
                for (int i = Math.Max(0, first - (page * StatusesInRow)); i < StatusesInRow && places.Count < limit; i++)
                {
                    if (statuses[i] == (byte)status)
                    {
                        places.Add(new TaskPlace(index, (page * StatusesInRow) + i));
                        left--;
                    }
                }
            }
        }

        return places;
    }

    // ---- Other rows ----

    /// <summary>Writes a row of another kind with the commit.</summary>
    internal void Put(string key, byte[] data)
    {
        _others.Add(new TableRow(_partition, key, data));
        _weight += data.Length;
        Changes++;
    }

    /// <summary>Writes a row before the commit, whose key nobody knows but by what the commit writes.</summary>
    internal void PutBefore(string key, byte[] data) => _before.Add(new TableRow(_partition, key, data));

    // ---- Events ----

    internal void TellJob(string? error) =>
        Tell(number => new JobEvent.JobChanged(Head!.Status, error) { Number = number, At = Now });

    internal void TellStep(int step, int count, StepClosing closing) =>
        Tell(number => new JobEvent.StepClosed(step, count, closing) { Number = number, At = Now });

    /// <summary>A task stands elsewhere.</summary>
    internal void TellTask(TaskPlace place, TaskData task, int? exitCode = null, string? error = null) =>
        Tell(number => new JobEvent.TaskChanged
        {
            Number = number,
            At = Now,
            Step = place.Step,
            Index = place.Index,
            Status = task.Status,
            Attempt = task.Attempt,
            Token = task.Token,
            ExitCode = exitCode,
            Error = error,
            NextRetryAt = task.NextRetryAt,
        });

    private void Tell(Func<long, JobEvent> content)
    {
        Head = Head! with { LastEvent = Head.LastEvent + 1 };
        EventData told = EventData.Of(content(Head.LastEvent));
        _events.Add(told);
        _weight += 128 + TextWeight(told.Error);
    }

    private static int TextWeight(string? text) => text is null ? 0 : System.Text.Encoding.UTF8.GetByteCount(text);
}
