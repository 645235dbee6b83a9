using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// Starts processes by posix_spawn: about three times as cheap as <see cref="System.Diagnostics.Process"/>, which holds a
/// global lock meanwhile. Each is the leader of a session of its own, with every signal at its default and none blocked
/// (the runtime ignores SIGPIPE, and a child would inherit that).
/// </summary>
internal static unsafe class ProcessSpawner
{
    /// <summary>The variable by which a process that left its session and its parents is still recognised.</summary>
    public const string MarkVariable = "FUNCEXEC_PROCESS";

    private static readonly byte* Attributes = CreateAttributes();

    /// <summary>Starts the program; answers 0 or the error number.</summary>
    public static int Start(ProcessCommand command, string path, string mark, out int pid, ProcessPipes pipes)
    {
        using NativeStrings pathname = new(1, path.Length);
        pathname.Add(path);
        using NativeStrings arguments = Arguments(command);
        using NativeStrings environment = Environment(command, mark);
        byte* actions = stackalloc byte[LibC.OpaqueSize];
        Check(LibC.FileActionsInit(actions));
        try
        {
            Check(LibC.FileActionsAddChangeDirectory(actions, command.WorkingDirectory));
            Check(pipes.ChildInput >= 0
                ? LibC.FileActionsAddDup(actions, pipes.ChildInput, 0)
                : LibC.FileActionsAddOpen(actions, 0, "/dev/null", LibC.OpenReadOnly, 0));
            Check(LibC.FileActionsAddDup(actions, pipes.ChildOutput, 1));
            Check(LibC.FileActionsAddDup(actions, pipes.ChildError, 2));
            int started = 0;
            int error = LibC.Spawn(&started, pathname.Pointers[0], actions, Attributes, arguments.Pointers, environment.Pointers);
            pid = started;
            return error;
        }
        finally
        {
            _ = LibC.FileActionsDestroy(actions);
        }
    }

    private static NativeStrings Arguments(ProcessCommand command)
    {
        int characters = command.FileName.Length;
        foreach (string argument in command.Arguments)
        {
            characters += argument.Length;
        }

        NativeStrings strings = new(command.Arguments.Count + 1, characters);
        strings.Add(command.FileName);
        foreach (string argument in command.Arguments)
        {
            strings.Add(argument);
        }

        return strings;
    }

    private static NativeStrings Environment(ProcessCommand command, string mark)
    {
        int characters = MarkVariable.Length + 1 + mark.Length;
        foreach ((string name, string value) in command.Environment)
        {
            characters += name.Length + 1 + value.Length;
        }

        NativeStrings strings = new(command.Environment.Count + 1, characters);
        strings.Add(MarkVariable, "=", mark);
        foreach ((string name, string value) in command.Environment)
        {
            strings.Add(name, "=", value);
        }

        return strings;
    }

    /// <summary>Made once, then only read.</summary>
    private static byte* CreateAttributes()
    {
        byte* attributes = (byte*)NativeMemory.AllocZeroed(LibC.OpaqueSize);
        byte* signals = stackalloc byte[LibC.OpaqueSize];
        Check(LibC.SpawnAttributesInit(attributes));
        Check(LibC.SpawnAttributesSetFlags(attributes, LibC.SpawnSetSigDefault | LibC.SpawnSetSigMask | LibC.SpawnSetSession));
        _ = LibC.SigFillSet(signals);
        Check(LibC.SpawnAttributesSetSigDefault(attributes, signals));
        _ = LibC.SigEmptySet(signals);
        Check(LibC.SpawnAttributesSetSigMask(attributes, signals));
        return attributes;
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new ProcessRunnerException($"A process could not be prepared (error {error}); the machine may be out of memory.");
        }
    }
}
