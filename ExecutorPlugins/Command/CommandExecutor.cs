using System.Collections;
using System.Text;
using System.Text.Json;
using FuncExec.ExecutorPlugins.Processes;
using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins.Command;

/// <summary>Runs programs: the executor named <c>command</c>.</summary>
public sealed class CommandExecutor : IExecutor
{
    private readonly CommandExecutorOptions _options;
    private readonly IProcessRunner _runner;
    private readonly ILogger<CommandExecutor> _logger;
    private readonly CommandEnvironment _environment;

    /// <summary>Makes the executor; the service's environment is read once, here.</summary>
    public CommandExecutor(CommandExecutorOptions options, IProcessRunner runner, ILogger<CommandExecutor> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _runner = runner;
        _logger = logger;
        _environment = new CommandEnvironment(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(static variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? "")));
    }

    /// <inheritdoc/>
    public string Name => "command";

    /// <inheritdoc/>
    public ExecutorCapabilities Capabilities { get; } = new("Runs a program with arguments, environment and standard input.", "process");

    /// <inheritdoc/>
    public IReadOnlyList<PayloadMistake> Validate(JsonElement payload) => CommandPayloadReader.Read(payload).Mistakes;

    /// <inheritdoc/>
    public async Task<TaskOutcome> ExecuteAsync(ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(output);
        (CommandPayload? payload, IReadOnlyList<PayloadMistake> mistakes) = CommandPayloadReader.Read(task.Payload);
        if (payload is null)
        {
            return new TaskOutcome.Failed(FailureKind.NotFound, TaskOutcome.NotStartedExitCode, $"The payload is wrong: {mistakes[0].Path} {mistakes[0].Message}.");
        }

        using AttemptDirectory directory = AttemptDirectory.Create(_options.WorkRoot, _logger);
        ProcessOutcome outcome = await _runner
            .RunAsync(CreateCommand(task, payload, directory.FullPath), output, cancellationToken)
            .ConfigureAwait(false);
        return Translate(outcome, task);
    }

    /// <inheritdoc/>
    public Task<ExecutorHealth> CheckHealthAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Directory.Exists(_options.WorkRoot)
            ? new ExecutorHealth(true, $"Runs commands by {_runner.Name}.")
            : new ExecutorHealth(false, $"The directory {_options.WorkRoot} is not there."));

    private ProcessCommand CreateCommand(ExecutorTask task, CommandPayload payload, string directory) => new()
    {
        FileName = payload.Shell ? "/bin/sh" : payload.Command,
        Arguments = payload.Shell ? ["-c", payload.Command, "sh", .. payload.Args] : payload.Args,
        Environment = _environment.For(task, payload),
        WorkingDirectory = Path.Combine(directory, payload.WorkingDirectory ?? ""),
        Input = payload.Stdin.Length == 0 ? default : Encoding.UTF8.GetBytes(payload.Stdin),
        Timeout = task.Timeout,
        KillGrace = _options.KillGrace,
    };

    private static TaskOutcome Translate(ProcessOutcome outcome, ExecutorTask task) => outcome switch
    {
        ProcessOutcome.Exited { ExitCode: 0 } => new TaskOutcome.Succeeded(0),
        ProcessOutcome.Exited { Signal: { } signal } ended => new TaskOutcome.Failed(FailureKind.Signal, ended.ExitCode, $"The command was ended by signal {signal}."),
        ProcessOutcome.Exited ended => new TaskOutcome.Failed(FailureKind.Exit, ended.ExitCode, $"The command ended with exit code {ended.ExitCode}."),
        ProcessOutcome.NotStarted failure => new TaskOutcome.Failed(FailureKind.NotFound, TaskOutcome.NotStartedExitCode, failure.Message),
        ProcessOutcome.TimedOut => new TaskOutcome.TimedOut($"The command ran longer than {task.Timeout:c} and was ended."),
        ProcessOutcome.Cancelled => new TaskOutcome.Cancelled(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
