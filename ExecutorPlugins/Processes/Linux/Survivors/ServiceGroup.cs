using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins.Processes.Linux.Survivors;

/// <summary>
/// The control group of this life of the service: it moves itself there before its first command, so that every process it
/// starts is born in it, whatever becomes of its parents, session and environment. One for the process, for however many
/// services run in it; the last that stops leaves and removes it.
/// </summary>
internal static partial class ServiceGroup
{
    private const int Attempts = 3;

    private static readonly Lock Gate = new();
    private static int _users;
    private static ControlGroup? _origin;
    private static ControlGroup? _group;

    /// <summary>Enters; answers the group's directory, or null where none can be had.</summary>
    public static string? Enter(ILogger logger)
    {
        lock (Gate)
        {
            if (_users++ == 0)
            {
                (_origin, _group) = Create(logger);
            }

            return _group?.FullPath;
        }
    }

    /// <summary>Leaves.</summary>
    public static void Leave(ILogger logger)
    {
        lock (Gate)
        {
            if (--_users > 0 || _group is null || _origin is null)
            {
                return;
            }

            if (_origin.Enter() != 0 || !_group.TryRemove())
            {
                Kept(logger, _group.FullPath);
            }

            (_origin, _group) = (null, null);
        }
    }

    private static (ControlGroup? Origin, ControlGroup? Group) Create(ILogger logger)
    {
        if (ControlGroupPath.Find() is not { } path || !new ControlGroup(path).Exists)
        {
            Missing(logger, "no cgroup v2 hierarchy is mounted");
            return default;
        }

        ControlGroup origin = new(path);
        origin.RemoveEmptyOnesBelow();
        ControlGroup group = new(Path.Combine(path, $"{ControlGroup.Prefix}{Guid.NewGuid():N}"));
        int error = 0;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            const uint mode = 0b111_101_101;
            error = LibC.MakeDirectory(group.FullPath, mode) == 0 ? group.Enter() : Marshal.GetLastPInvokeError();
            if (error == 0)
            {
                return (origin, group);
            }

            // Another service that has just started may have taken it for a dead one's.
            _ = group.TryRemove();
            if (error != LibC.ENoEnt)
            {
                break;
            }
        }

        Missing(logger, $"'{group.FullPath}' could not be made or entered (error {error})");
        return default;
    }

    [LoggerMessage(3030, LogLevel.Debug, "Commands run without a control group: {Reason}.")]
    private static partial void Missing(ILogger logger, string reason);

    [LoggerMessage(3031, LogLevel.Debug, "The control group {Path} could not be left or removed; the next start removes it.")]
    private static partial void Kept(ILogger logger, string path);
}
