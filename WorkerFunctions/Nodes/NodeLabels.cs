using System.Runtime.InteropServices;
using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>
/// The labels of this node: those that a setting gives it, and by themselves <c>os</c>, <c>arch</c>, <c>host</c> and an
/// <c>executor</c> for each that is enabled here.
/// </summary>
public sealed class NodeLabels(ExecutorRegistry executors, IOptions<AppOptions> options)
{
    /// <summary>The labels, each once, in ordinal order.</summary>
    public IReadOnlyList<string> All { get; } = Labels.Canonical(
        [.. options.Value.Labels, $"os={Os()}", $"arch={Arch()}", $"host={Word(Environment.MachineName)}", .. executors.Names.Select(static name => $"executor={Word(name)}")]);

    private static string Os() => OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "other";

    private static string Arch() => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>What no label may have becomes a hyphen.</summary>
    private static string Word(string text) =>
        new([.. text.Take(Labels.MaxLength / 2).Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')]);
}
