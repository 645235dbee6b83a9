using System.Collections;
using System.Text;
using System.Text.Json;
using FuncExec.ExecutorPlugins.Command.Policy;
using FuncExec.ExecutorPlugins.Processes;

namespace FuncExec.ExecutorPlugins.Command;

/// <summary>Runs programs: the executor named <c>command</c>.</summary>
public sealed class CommandExecutor : IExecutor
{
    private const string Shell = "/bin/sh";

    private readonly CommandExecutorOptions _options;
    private readonly CommandPolicy _policy;
    private readonly IProcessRunner _runner;
    private readonly CommandEnvironment _environment;

    /// <summary>Makes the executor; the service's environment is read once, here.</summary>
    public CommandExecutor(CommandExecutorOptions options, CommandPolicyOptions policy, IProcessRunner runner)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(policy);
        _options = options;
        _policy = new CommandPolicy(policy, Environment.GetEnvironmentVariable("PATH") ?? ExecutableFinder.DefaultPath);
        _runner = runner;
        _environment = new CommandEnvironment(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(static variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? "")));
    }

    /// <inheritdoc/>
    public string Name => "command";

    /// <inheritdoc/>
    public ExecutorCapabilities Capabilities { get; } =
        new("Runs a program with arguments, environment and standard input.", "process", UsesDirectory: true);

    /// <inheritdoc/>
    public IReadOnlyList<PayloadMistake> Validate(JsonElement payload)
    {
        (CommandPayload? command, IReadOnlyList<PayloadMistake> mistakes) = CommandPayloadReader.Read(payload);
        if (command is null)
        {
            return mistakes;
        }

        string? directory = command.WorkingDirectory is { } given && Path.IsPathRooted(given) ? given : null;
        return WhyNot(command, directory) is { } refusal ? [new PayloadMistake(command.Shell ? "$.shell" : "$.command", refusal)] : [];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The task has no directory.</exception>
    public async Task<TaskOutcome> ExecuteAsync(ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(output);
        string attempt = task.Directory ?? throw new ArgumentException("A command needs a directory of its own.", nameof(task));
        (CommandPayload? payload, IReadOnlyList<PayloadMistake> mistakes) = CommandPayloadReader.Read(task.Payload);
        if (payload is null)
        {
            return NotStarted($"The payload is wrong: {mistakes[0].Path} {mistakes[0].Message}.");
        }

        string directory = AttemptPath.Resolve(attempt, payload.WorkingDirectory);
        if (WhyNot(payload, directory) is { } refusal)
        {
            return NotStarted($"The command {refusal}.") with { Details = CommandDetails.Refused };
        }

        ProcessOutcome outcome = await _runner.RunAsync(CreateCommand(task, payload, directory), output, cancellationToken).ConfigureAwait(false);
        return Translate(outcome, task) with { Details = CommandDetails.From(outcome) };
    }

    /// <inheritdoc/>
    public Task<ExecutorHealth> CheckHealthAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ExecutorHealth(true, $"Runs commands by {_runner.Name}."));

    /// <summary>What the policy has against it: a sentence's end, or null.</summary>
    private string? WhyNot(CommandPayload payload, string? directory) =>
        _policy.WhyNot(payload.Shell ? Shell : payload.Command, _environment.PathFor(payload), directory);

    private ProcessCommand CreateCommand(ExecutorTask task, CommandPayload payload, string directory) => new()
    {
        FileName = payload.Shell ? Shell : payload.Command,
        Arguments = payload.Shell ? ["-c", payload.Command, "sh", .. payload.Args] : payload.Args,
        Environment = _environment.For(task, payload),
        WorkingDirectory = directory,
        Input = payload.Stdin.Length == 0 ? default : Encoding.UTF8.GetBytes(payload.Stdin),
        Timeout = task.Timeout,
        KillGrace = _options.KillGrace,
        Kill = task.Lost,
    };

    private static TaskOutcome.Failed NotStarted(string message) => new(FailureKind.NotFound, TaskOutcome.NotStartedExitCode, message);

    private static TaskOutcome Translate(ProcessOutcome outcome, ExecutorTask task) => outcome switch
    {
        ProcessOutcome.Exited { ExitCode: 0 } => new TaskOutcome.Succeeded(0),
        ProcessOutcome.Exited { Signal: { } signal } ended => new TaskOutcome.Failed(FailureKind.Signal, ended.ExitCode, $"The command was ended by signal {signal} ({SignalNames.Of(signal)})."),
        ProcessOutcome.Exited ended => new TaskOutcome.Failed(FailureKind.Exit, ended.ExitCode, $"The command ended with exit code {ended.ExitCode}."),
        ProcessOutcome.NotStarted failure => NotStarted(failure.Message),
        ProcessOutcome.TimedOut => new TaskOutcome.TimedOut($"The command ran longer than {task.Timeout:c} and was ended."),
        ProcessOutcome.Cancelled => new TaskOutcome.Cancelled(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
