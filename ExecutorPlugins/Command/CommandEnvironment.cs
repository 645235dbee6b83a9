using FuncExec.ExecutorPlugins.Processes;

namespace FuncExec.ExecutorPlugins.Command;

/// <summary>The clean environment of every command: of the service's own variables only those that commands need.</summary>
internal sealed class CommandEnvironment
{
    private static readonly string[] Passed =
    [
        "PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
    ];

    // Windows starts hardly any program without these.
    private static readonly string[] PassedOnWindows = ["SystemRoot", "ComSpec", "PATHEXT", "TEMP", "TMP", "USERPROFILE"];

    private const string TraceParent = "TRACEPARENT";
    private const string TraceState = "TRACESTATE";

    private readonly KeyValuePair<string, string>[] _base;

    /// <summary>Picks from the service's variables.</summary>
    public CommandEnvironment(IEnumerable<KeyValuePair<string, string>> service)
    {
        IEnumerable<string> names = OperatingSystem.IsWindows() ? Passed.Concat(PassedOnWindows) : Passed;
        HashSet<string> passed = new(names, OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        _base = [.. service.Where(variable => passed.Contains(variable.Key) || variable.Key.StartsWith("LC_", StringComparison.Ordinal))];
    }

    /// <summary>Where a payload's program is looked for.</summary>
    public string PathFor(CommandPayload payload) =>
        payload.Env.GetValueOrDefault("PATH") ?? _base.FirstOrDefault(static variable => variable.Key == "PATH").Value ?? ExecutableFinder.DefaultPath;

    /// <summary>The environment of one attempt; the payload's variables win.</summary>
    public IReadOnlyDictionary<string, string> For(ExecutorTask task, CommandPayload payload)
    {
        Dictionary<string, string> environment = new(_base, StringComparer.Ordinal)
        {
            ["FUNCEXEC_JOB"] = task.JobId,
            ["FUNCEXEC_TASK"] = task.TaskId,
            ["FUNCEXEC_ATTEMPT"] = task.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["FUNCEXEC_FENCING_TOKEN"] = task.FencingToken.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        AddTrace(environment, task, payload);
        foreach ((string name, string value) in payload.Env)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>Tells the command its trace, unless the payload has one of its own: a state belongs to its parent.</summary>
    private static void AddTrace(Dictionary<string, string> environment, ExecutorTask task, CommandPayload payload)
    {
        if (task.TraceParent is not { } parent || payload.Env.ContainsKey(TraceParent))
        {
            return;
        }

        environment[TraceParent] = parent;
        if (task.TraceState is { Length: > 0 } state)
        {
            environment[TraceState] = state;
        }
    }
}
