using System.Runtime.InteropServices;

namespace FuncExec.Cli.Output;

/// <summary>
/// Standard output or standard error, bytes as they are and at once. Not the framework's stream over them: that keeps
/// silent when the reader has gone, and a file stream would keep a position of its own and so overwrite what other
/// programs append to the same file.
/// </summary>
internal sealed unsafe partial class StandardStream
{
    private const int EIntr = 4;
    private const int EAgain = 11;
    private const int EAgainElsewhere = 35;
    private const int EPipe = 32;
    private const short PollOut = 4;

    private readonly int _descriptor;
    private readonly Stream? _portable;

    private StandardStream(int descriptor)
    {
        _descriptor = descriptor;
        _portable = !OperatingSystem.IsWindows() ? null
            : descriptor == 1 ? Console.OpenStandardOutput()
            : Console.OpenStandardError();
    }

    /// <summary>Standard output.</summary>
    public static StandardStream Out { get; } = new(1);

    /// <summary>Standard error.</summary>
    public static StandardStream Error { get; } = new(2);

    /// <summary>Writes all of it; waits where the reader is slow.</summary>
    /// <exception cref="ClosedOutputException">There is no reader.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_portable is not null)
        {
            _portable.Write(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* first = bytes)
            {
                written = WriteTo(_descriptor, first, (nuint)bytes.Length);
            }

            if (written >= 0)
            {
                bytes = bytes[(int)written..];
            }
            else
            {
                WaitOrThrow(Marshal.GetLastPInvokeError());
            }
        }
    }

    private void WaitOrThrow(int error)
    {
        switch (error)
        {
            case EIntr:
                break;
            case EAgain or EAgainElsewhere:
                // Whoever shares the terminal or pipe has made it non-blocking.
                PollDescriptor descriptor = new() { Descriptor = _descriptor, Events = PollOut };
                _ = Poll(&descriptor, 1, -1);
                break;
            case EPipe:
                throw new ClosedOutputException();
            default:
                throw new IOException($"{(_descriptor == 1 ? "Standard output" : "Standard error")} cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
