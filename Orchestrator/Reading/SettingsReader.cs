using System.Text.Json;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Reading;

/// <summary>Reads what may stand on a job, a step or a task.</summary>
internal static class SettingsReader
{
    private static readonly Dictionary<string, ErrorKind> KindsByName = Enum.GetValues<ErrorKind>()
        .ToDictionary(static kind => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()), StringComparer.Ordinal);

    /// <summary>What is said about executor, retries and place, and by the caller about time; null if nothing is.</summary>
    public static TaskSettings? Read(ObjectReader reader, Mistakes mistakes, TimeSpan? timeout, bool canPlace)
    {
        string? executor = reader.TakeText("executor");
        RetryRule? retry = ReadRetry(reader, mistakes);
        bool? rerunOnLoss = reader.TakeFlag("rerunOnLoss");
        IReadOnlyList<string>? runsOn = ReadLabels(reader, mistakes);
        int? priority = reader.TakeInteger("priority", 0, 9);
        string? affinity = reader.TakeText("affinity");
        if (affinity is not (null or TaskSettings.ToJob or TaskSettings.ToNone))
        {
            reader.Mistake("affinity", $"must be \"{TaskSettings.ToJob}\" or \"{TaskSettings.ToNone}\"");
        }

        if (!canPlace)
        {
            RefusePlace(reader);
        }

        return executor is null && retry is null && timeout is null && rerunOnLoss is null && runsOn is null && priority is null && affinity is null
            ? null
            : new TaskSettings { Executor = executor, Timeout = timeout, Retry = retry, RerunOnLoss = rerunOnLoss, RunsOn = runsOn, Priority = priority, Affinity = affinity };
    }

    private static IReadOnlyList<string>? ReadLabels(ObjectReader reader, Mistakes mistakes)
    {
        if (!reader.TryTake("runsOn", out _))
        {
            return null;
        }

        List<string> labels = [];
        foreach ((JsonElement item, string path) in reader.TakeItems("runsOn"))
        {
            if (item.ValueKind is JsonValueKind.String && Labels.IsLabel(item.GetString()!))
            {
                labels.Add(item.GetString()!);
            }
            else
            {
                mistakes.Add(path, $"must be {Labels.Rule}");
            }
        }

        if (labels.Count > Labels.MaxCount)
        {
            reader.Mistake("runsOn", $"has more than {Labels.MaxCount} labels");
        }

        return Labels.Canonical(labels);
    }

    private static void RefusePlace(ObjectReader reader)
    {
        foreach (string name in (string[])["runsOn", "priority", "affinity"])
        {
            if (reader.TryTake(name, out _))
            {
                reader.Mistake(name, "cannot be honoured by this host (GET /api/executors shows what it can)");
            }
        }
    }

    /// <summary><c>timeout</c>, or <c>timeout_seconds</c> as older documents have it.</summary>
    public static TimeSpan? ReadTimeout(ObjectReader reader)
    {
        TimeSpan? timeout = reader.TakeDuration("timeout", TimeSpan.FromTicks(1), JobLimits.Timeout);
        double? seconds = reader.TakeNumber("timeout_seconds", 0.001, JobLimits.Timeout.TotalSeconds);
        if (reader.Has("timeout") && reader.Has("timeout_seconds"))
        {
            reader.Mistake("timeout_seconds", "is another name of timeout: give one of them");
        }

        return timeout ?? (seconds is { } value ? TimeSpan.FromSeconds(value) : null);
    }

    private static RetryRule? ReadRetry(ObjectReader reader, Mistakes mistakes)
    {
        if (!reader.TryTake("retry", out JsonElement element))
        {
            return null;
        }

        if (element.ValueKind is not JsonValueKind.Object)
        {
            reader.Mistake("retry", "must be an object such as {\"maxAttempts\": 3}");
            return null;
        }

        RetryRule defaults = new();
        ObjectReader retry = new(element, reader.PathOf("retry"), mistakes);
        RetryRule rule = new()
        {
            MaxAttempts = retry.TakeInteger("maxAttempts", 1, 1_000) ?? defaults.MaxAttempts,
            InitialInterval = retry.TakeDuration("initialInterval", TimeSpan.Zero, JobLimits.RetryInterval) ?? defaults.InitialInterval,
            BackoffCoefficient = retry.TakeNumber("backoffCoefficient", 1, 100) ?? defaults.BackoffCoefficient,
            MaxInterval = retry.TakeDuration("maxInterval", TimeSpan.Zero, JobLimits.RetryInterval) ?? defaults.MaxInterval,
            Jitter = retry.TakeNumber("jitter", 0, 1) ?? defaults.Jitter,
            RetryOnExitCodes = ReadCodes(retry, "retryOnExitCodes", mistakes),
            FailOnExitCodes = ReadCodes(retry, "failOnExitCodes", mistakes),
            RetryOnErrors = ReadKinds(retry, mistakes) ?? defaults.RetryOnErrors,
        };
        retry.Finish();
        return rule;
    }

    private static List<int> ReadCodes(ObjectReader retry, string name, Mistakes mistakes)
    {
        List<int> codes = [];
        foreach ((JsonElement item, string path) in retry.TakeItems(name))
        {
            if (item.ValueKind is JsonValueKind.Number && item.TryGetInt32(out int code) && code is >= -1 and <= 999)
            {
                codes.Add(code);
            }
            else
            {
                mistakes.Add(path, "must be an exit code from 0 to 999 (an HTTP status counts as one), or -1 for what could not be started");
            }
        }

        return codes;
    }

    private static List<ErrorKind>? ReadKinds(ObjectReader retry, Mistakes mistakes)
    {
        if (!retry.Has("retryOnErrors"))
        {
            _ = retry.TryTake("retryOnErrors", out _);
            return null;
        }

        List<ErrorKind> kinds = [];
        foreach ((JsonElement item, string path) in retry.TakeItems("retryOnErrors"))
        {
            if (item.ValueKind is JsonValueKind.String && KindsByName.TryGetValue(item.GetString()!, out ErrorKind kind))
            {
                kinds.Add(kind);
            }
            else
            {
                mistakes.Add(path, $"must be one of {string.Join(", ", KindsByName.Keys)}");
            }
        }

        return kinds;
    }
}
