using System.Runtime.InteropServices;

namespace FuncExec.Cli.Signals;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP: the first asks that the work be ended, a second one ends this process at once.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    // Long enough for one request to a service that is well.
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _first = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public Interrupts()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, 2)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, 15)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Handle(context, 1)),
        ];
    }

    /// <summary>Cancelled by the first.</summary>
    public CancellationToken First => _first.Token;

    /// <summary>What the process ends with after the first: 128 and its number; 0 before.</summary>
    public int ExitCode { get; private set; }

    /// <summary>What has to be done before a second one ends the process: the asking that the job end.</summary>
    public Task Asked { get; set; } = Task.CompletedTask;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _first.Dispose();
    }

    private void Handle(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
        {
            ExitCode = ExitCodes.Signalled + number;
            _first.Cancel();
        }
        else
        {
            // Whatever became of the asking was said where it was done.
            Task.WhenAny(Asked, Task.Delay(LastWait)).Wait();
            Environment.Exit(ExitCode);
        }
    }
}
