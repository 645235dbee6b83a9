using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace FuncExec.Runtime.CrashHost;

/// <summary>
/// What happened, as told by the work itself and by nobody else: one line each, in a file opened with O_APPEND, one
/// write a line. A line is in the file once the call has returned, whatever becomes of the process.
/// </summary>
internal sealed partial class Journal : IDisposable
{
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const int CloseOnExec = 0x80000;

    private readonly int _file;

    public Journal(string path)
    {
        _file = Open(path, WriteOnly | Create | Append | CloseOnExec, 0x180);
        if (_file < 0)
        {
            throw new Win32Exception();
        }
    }

    /// <summary>Called with every line once it is written; from any thread.</summary>
    public Action<string>? Written { get; init; }

    /// <summary>The client is about to ask for an instance.</summary>
    public void Asked(string instance) => Add($"ask {instance}");

    /// <summary>The client knows that an instance exists.</summary>
    public void Acknowledged(string instance) => Add($"ack {instance}");

    /// <summary>An activity begins.</summary>
    public void Began(string instance, int task, string token) => Add($"activity {instance} {task} {token}");

    /// <summary>A child orchestration begins.</summary>
    public void BeganChild(string instance) => Add($"child {instance}");

    /// <summary>Operations of an entity have run; they are not stored yet.</summary>
    public void Applied(string entity, int count) => Add($"applied {entity} {count}");

    public void Dispose() => _ = Close(_file);

    private void Add(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        if (Write(_file, bytes, bytes.Length) != bytes.Length)
        {
            throw new Win32Exception();
        }

        Written?.Invoke(line);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, byte[] bytes, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
