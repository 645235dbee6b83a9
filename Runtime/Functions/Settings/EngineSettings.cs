using System.Globalization;
using FuncExec.Runtime.Functions.Durable.Http;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Configuration;

namespace FuncExec.Runtime.Functions.Settings;

/// <summary>Fills the engine's options from <c>host.json</c>, the environment and <c>FuncExec:Engine</c>.</summary>
internal static class EngineSettings
{
    private const string Section = "FuncExec:Engine:";
    private const string Limits = Section + "ActivityLimits";

    /// <summary>Reads the options.</summary>
    /// <exception cref="FunctionsStartException">A value is out of range: all faults, by name.</exception>
    public static EngineOptions Read(IConfiguration app, DurableSettings durable, DurableTaskWorkerOptions worker)
    {
        List<string> faults = [];
        EngineOptions options = new()
        {
            DefaultVersion = worker.Versioning is { DefaultVersion.Length: > 0 } versioning ? versioning.DefaultVersion : durable.DefaultVersion,
            Versioning = worker.Versioning ?? VersioningOf(durable),
        };
        options.MaxConcurrentActivities = durable.MaxConcurrentActivities ?? options.MaxConcurrentActivities;
        options.MaxConcurrentEntities = durable.MaxConcurrentEntities ?? options.MaxConcurrentEntities;
        options.MaxEntityBatch = durable.MaxEntityBatch ?? options.MaxEntityBatch;
        options.MaxConcurrentTurns = durable.MaxConcurrentOrchestrators ?? options.MaxConcurrentTurns;
        options.OrchestrationProperties[DurableHttpCall.PollingInterval] =
            (double)(durable.HttpPollingInterval ?? DurableHttpCall.DefaultPollingInterval);
        options.Node = app["WORKER_ID"] is { Length: > 0 } node ? node : options.Node;
        options.LeaseTime = TimeSpan.FromSeconds(
            Number(app, "HEARTBEAT_TIMEOUT_SECONDS", (int)options.LeaseTime.TotalSeconds, 2, 600, faults));
        options.MaxLiveInstances = Number(app, Section + "MaxLiveInstances", options.MaxLiveInstances, 0, 1_000_000, faults);
        options.ActivityPrefetch = Number(app, Section + "ActivityPrefetch", options.ActivityPrefetch, 1, 1_000_000, faults);
        options.MaxPayloadLength = Number(app, Section + "MaxPayloadLength", options.MaxPayloadLength, 1024, 64 * 1024 * 1024, faults);
        options.MaxHistoryEvents = Number(app, Section + "MaxHistoryEvents", options.MaxHistoryEvents, 100, 100_000_000, faults);
        options.ShadowReplayEvery = Number(app, Section + "ShadowReplayEvery", options.ShadowReplayEvery, 0, 1_000_000, faults);
        options.TurnTimeout = Time(app, Section + "TurnTimeout", options.TurnTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), faults);
        options.DrainTimeout = Time(app, Section + "DrainTimeout", options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromDays(1), faults);
        options.RunsOrchestrations = Flag(app, Section + "RunsOrchestrations", options.RunsOrchestrations, faults);
        options.Labels = Labels(app, Section + "Labels", faults);
        foreach (string excluded in (app[Section + "ExcludedActivities"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            options.ExcludedActivities.Add(excluded);
        }

        foreach (IConfigurationSection limit in app.GetSection(Limits).GetChildren())
        {
            options.ActivityLimits[limit.Key] = Number(app, $"{Limits}:{limit.Key}", 1, 1, 100_000, faults);
        }

        return faults.Count == 0 ? options : throw new FunctionsStartException(faults);
    }

    /// <summary>
    /// The official host leaves newer ones than <c>defaultVersion</c> alone, also when there is none: then whoever starts one with a
    /// version waits for it forever. Here all are run as long as the settings say nothing of versions.
    /// </summary>
    private static DurableTaskWorkerOptions.VersioningOptions? VersioningOf(DurableSettings durable) =>
        durable is { DefaultVersion.Length: 0, VersionMatch: null } ? null : new DurableTaskWorkerOptions.VersioningOptions
        {
            Version = durable.DefaultVersion,
            MatchStrategy = durable.VersionMatch ?? DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder,
            FailureStrategy = durable.VersionFailure ?? DurableTaskWorkerOptions.VersionFailureStrategy.Reject,
        };

    private static int Number(IConfiguration app, string name, int fallback, int least, int most, List<string> faults)
    {
        if (app[name] is not { Length: > 0 } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        faults.Add($"The setting '{Spell(name)}' is '{text}'; allowed is a whole number, {least} to {most}.");
        return fallback;
    }

    private static TimeSpan Time(IConfiguration app, string name, TimeSpan fallback, TimeSpan least, TimeSpan most, List<string> faults)
    {
        if (app[name] is not { Length: > 0 } text)
        {
            return fallback;
        }

        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) && time >= least && time <= most)
        {
            return time;
        }

        faults.Add($"The setting '{Spell(name)}' is '{text}'; allowed is a time span, {least:c} to {most:c}.");
        return fallback;
    }

    private static bool Flag(IConfiguration app, string name, bool fallback, List<string> faults)
    {
        if (app[name] is not { Length: > 0 } text)
        {
            return fallback;
        }

        if (bool.TryParse(text, out bool flag))
        {
            return flag;
        }

        faults.Add($"The setting '{Spell(name)}' is '{text}'; allowed is true or false.");
        return fallback;
    }

    private static LabelSet Labels(IConfiguration app, string name, List<string> faults)
    {
        if (LabelSet.TryParse(app[name] ?? "", out LabelSet? labels, out string? mistake))
        {
            return labels;
        }

        faults.Add($"The setting '{Spell(name)}' is no list of labels with commas between. {mistake}");
        return LabelSet.Empty;
    }

    private static string Spell(string name) => name.Replace(":", "__", StringComparison.Ordinal);
}
