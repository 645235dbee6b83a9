using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>
/// A stop drains the node. A second SIGTERM, or a second Ctrl-C, ends at once what runs: its trees get their grace, and what they
/// were about is given back.
/// </summary>
internal sealed class DrainSignals(NodeDrain drain, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private readonly List<IDisposable> _registrations = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(lifetime.ApplicationStopping.Register(drain.Begin));
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, _ =>
            {
                if (lifetime.ApplicationStopping.IsCancellationRequested)
                {
                    drain.EndNow();
                }
            }));
        }

        return Task.CompletedTask;
    }

    /// <summary>The signals are heard until the process has ended: a stop is when they count.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(static registration => registration.Dispose());
}
