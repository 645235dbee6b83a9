using System.Text.Json;
using System.Text.Unicode;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Reading;

/// <summary>Reads job documents: pure, all mistakes in one go.</summary>
public sealed class JobReader
{
    private const string ShortStep = "main";

    private readonly Mistakes _mistakes = new();
    private readonly PayloadReader _payloads;
    private readonly Job _empty = new() { Steps = [] };
    private readonly bool _canPlace;
    private int _tasks;

    private JobReader(PayloadCheck check, IReadOnlyCollection<string> executors, bool canPlace)
    {
        _payloads = new PayloadReader(check, executors, _mistakes);
        _canPlace = canPlace;
    }

    /// <summary>Reads a document. Never throws for what it contains.</summary>
    /// <param name="document">The document in UTF-8.</param>
    /// <param name="check">Asks executors about payloads.</param>
    /// <param name="executors">The names of those that there are, for hints.</param>
    /// <param name="canPlace">Whether the host honours <c>runsOn</c> and <c>priority</c>; where it does not they are mistakes.</param>
    public static JobReading Read(
        ReadOnlyMemory<byte> document, PayloadCheck check, IReadOnlyCollection<string>? executors = null, bool canPlace = true)
    {
        JobReader reader = new(check, executors ?? [], canPlace);
        Job? job = null;
        if (!Utf8.IsValid(document.Span))
        {
            reader._mistakes.Add("$", "is not valid UTF-8");
            return new JobReading.Invalid(reader._mistakes.Found);
        }

        if (reader.Parse(WithoutMark(document.Span)) is { } root)
        {
            try
            {
                job = reader.ReadJob(root);
            }
            catch (Exception exception) when (exception is InvalidOperationException or JsonException)
            {
                // How a string is said to be none; every other kind of value is asked for before it is read.
                reader._mistakes.Add(HalfSurrogates.Find(root) ?? "$", "contains half of a surrogate pair (\\uD800 to \\uDFFF), which is no character");
            }
        }

        return job is not null && reader._mistakes.IsEmpty ? new JobReading.Valid(job) : new JobReading.Invalid(reader._mistakes.Found);
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> document) => document.StartsWith("\uFEFF"u8) ? document[3..] : document;

    /// <summary>The root lives on in the job's payloads; its memory is collected, never returned to a pool.</summary>
    private JsonElement? Parse(ReadOnlySpan<byte> document)
    {
        if (document.Trim(" \t\r\n"u8).IsEmpty)
        {
            _mistakes.Add("$", "is empty: the job, an object such as {\"command\": \"true\"}, is missing");
            return null;
        }

        try
        {
            return JsonElement.Parse(document, new JsonDocumentOptions { MaxDepth = JobLimits.Nesting });
        }
        catch (JsonException exception)
        {
            _mistakes.Add("$", $"is not JSON, or nested deeper than {JobLimits.Nesting}: {exception.Message}");
            return null;
        }
    }

    private Job? ReadJob(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            _mistakes.Add("$", "must be an object");
            return null;
        }

        ObjectReader reader = new(root, "$", _mistakes);
        string[] forms = [.. new[] { "steps", "commands", "command" }.Where(reader.Has)];
        if (forms.Length > 1)
        {
            _mistakes.Add("$", $"has {string.Join(" and ", forms.Select(static form => $"'{form}'"))}: give one of them");
            return null;
        }

        if (forms.Length == 0)
        {
            // Read on as the shortest form: what was written instead is then named.
            _mistakes.Add("$", "must have 'steps', 'commands' or 'command'");
            if (!root.EnumerateObject().Any())
            {
                return null;
            }

            forms = ["command"];
        }

        // With one command the job is its task: its time is then that of an attempt.
        TimeSpan? timeout = SettingsReader.ReadTimeout(reader);
        bool isTask = forms[0] == "command";
        Job job = _empty with
        {
            Name = reader.TakeName("name"),
            MaxParallelism = reader.TakeInteger("maxParallelism", 1, JobLimits.MaxParallelism) ?? Job.DefaultParallelism,
            Timeout = isTask ? null : timeout,
            Defaults = SettingsReader.Read(reader, _mistakes, isTask ? timeout : null, _canPlace),
        };
        IReadOnlyList<JobStep> steps = forms[0] switch
        {
            "steps" => ReadSteps(reader, job),
            "commands" => [new JobStep { Name = ShortStep, Tasks = ReadTasks(reader, "commands", job, new JobStep { Name = ShortStep, Tasks = [] }, isShort: true) }],
            _ => [ReadOnlyTask(reader, job)],
        };
        reader.Finish();
        NeedsCheck.Check(steps, _mistakes);
        return job with { Steps = steps };
    }

    private JobStep ReadOnlyTask(ObjectReader reader, Job job)
    {
        JobTask task = new() { Payload = _payloads.ReadShort(reader), Artifacts = ArtifactsReader.Read(reader, _mistakes) };
        JobStep step = new() { Name = ShortStep, Tasks = [task] };
        _payloads.Check(job.SettingsOf(step, task), task.Payload, reader.Path, reader.PathOf("executor"));
        return step;
    }

    private List<JobStep> ReadSteps(ObjectReader reader, Job job)
    {
        List<JobStep> steps = [];
        foreach ((JsonElement item, string path) in reader.TakeItems("steps"))
        {
            if (_mistakes.IsFull)
            {
                break;
            }

            if (steps.Count == JobLimits.Steps)
            {
                reader.Mistake("steps", $"has more than {JobLimits.Steps} steps; give a step many tasks instead");
                break;
            }

            if (item.ValueKind is not JsonValueKind.Object)
            {
                _mistakes.Add(path, "must be an object");
                continue;
            }

            steps.Add(ReadStep(new ObjectReader(item, path, _mistakes), job));
        }

        if (steps.Count == 0 && _mistakes.IsEmpty)
        {
            reader.Mistake("steps", "must not be empty");
        }

        return steps;
    }

    private JobStep ReadStep(ObjectReader reader, Job job)
    {
        string? name = reader.TakeName("name");
        if (!reader.TryTake("name", out _))
        {
            reader.Mistake("name", "is missing");
        }

        JobStep step = new()
        {
            Name = name ?? "",
            Needs = ReadNeeds(reader),
            ContinueOnError = reader.TakeFlag("continueOnError") ?? false,
            Artifacts = ArtifactsReader.Read(reader, _mistakes),
            Defaults = SettingsReader.Read(reader, _mistakes, SettingsReader.ReadTimeout(reader), _canPlace),
            Tasks = [],
        };
        if (reader.Has("tasks") == reader.Has("payload"))
        {
            reader.Mistake("tasks", "or 'payload' must be given, one of them");
            _ = reader.TryTake("tasks", out _) | reader.TryTake("payload", out _);
        }
        else if (reader.Has("tasks"))
        {
            step = step with { Tasks = ReadTasks(reader, "tasks", job, step, isShort: false) };
        }
        else
        {
            step = step with { Tasks = [ReadTask(reader, job, step, isShort: false, withSettings: false)] };
        }

        reader.Finish();
        return step;
    }

    private List<string> ReadNeeds(ObjectReader reader)
    {
        List<string> needs = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((JsonElement item, string path) in reader.TakeItems("needs"))
        {
            if (item.ValueKind is not JsonValueKind.String)
            {
                _mistakes.Add(path, "must be a step's name");
            }
            else if (!seen.Add(item.GetString()!))
            {
                _mistakes.Add(path, "is given twice");
            }
            else
            {
                needs.Add(item.GetString()!);
            }
        }

        return needs;
    }

    private List<JobTask> ReadTasks(ObjectReader reader, string member, Job job, JobStep step, bool isShort)
    {
        List<JobTask> tasks = [];
        int before = _mistakes.Found.Count;
        foreach ((JsonElement item, string path) in reader.TakeItems(member))
        {
            if (_mistakes.IsFull || _tasks > JobLimits.Tasks)
            {
                break;
            }

            if (item.ValueKind is not JsonValueKind.Object)
            {
                _mistakes.Add(path, "must be an object");
                continue;
            }

            ObjectReader task = new(item, path, _mistakes);
            tasks.Add(ReadTask(task, job, step, isShort, withSettings: true));
            task.Finish();
        }

        if (tasks.Count == 0 && _mistakes.Found.Count == before)
        {
            reader.Mistake(member, "must not be empty");
        }

        return tasks;
    }

    private JobTask ReadTask(ObjectReader reader, Job job, JobStep step, bool isShort, bool withSettings)
    {
        if (++_tasks == JobLimits.Tasks + 1)
        {
            _mistakes.Add("$", $"has more than {JobLimits.Tasks} tasks");
        }

        JobTask task = new()
        {
            Payload = isShort ? _payloads.ReadShort(reader) : _payloads.Read(reader),
            Settings = withSettings ? SettingsReader.Read(reader, _mistakes, SettingsReader.ReadTimeout(reader), _canPlace) : null,
            Artifacts = withSettings ? ArtifactsReader.Read(reader, _mistakes) : null,
        };
        _payloads.Check(job.SettingsOf(step, task), task.Payload, isShort ? reader.Path : reader.PathOf("payload"), reader.PathOf("executor"));
        return task;
    }
}
