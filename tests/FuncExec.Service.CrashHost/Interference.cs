using System.Globalization;
using FuncExec.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Service.CrashHost;

/// <summary>What happens at which write to the ledger or the blob store.</summary>
internal sealed class Interference
{
    private readonly Lock _gate = new();
    private readonly long _at;
    private readonly string _how;
    private readonly string? _record;
    private long _count;

    private Interference(long at, string how, string? record)
    {
        _at = at;
        _how = how;
        _record = record;
    }

    /// <summary>
    /// Puts it around the stores. <c>CRASH_AT</c> counts writes from 1, 0 for none; <c>CRASH_HOW</c> is <c>kill-before</c>,
    /// <c>kill-after</c>, <c>fail-before</c> or <c>fail-after</c>; every write is noted in the file <c>CRASH_RECORD</c>.
    /// </summary>
    public static void Install(IServiceCollection services)
    {
        long at = long.Parse(Environment.GetEnvironmentVariable("CRASH_AT") ?? "0", CultureInfo.InvariantCulture);
        Interference interference = new(
            at, Environment.GetEnvironmentVariable("CRASH_HOW") ?? "", Environment.GetEnvironmentVariable("CRASH_RECORD"));
        interference.Wrap<IJobLedger>(services);
        interference.Wrap<IBlobStore>(services);
    }

    /// <summary>A write is about to be made; answers whether it is the one.</summary>
    public bool IsDue(string name)
    {
        lock (_gate)
        {
            _count++;
            if (_record is not null)
            {
                File.AppendAllText(_record, $"{_count} {name}\n");
            }

            return _count == _at;
        }
    }

    /// <summary>Ends the process, or fails the call, if it is to happen at this side of the write.</summary>
    public void Strike(string side)
    {
        if (_how == $"kill-{side}")
        {
            Environment.FailFast("The crash that was asked for.");
        }

        if (_how == $"fail-{side}")
        {
            throw new LedgerUnavailableException("The failure that was asked for.");
        }
    }

    private void Wrap<T>(IServiceCollection services)
        where T : class
    {
        ServiceDescriptor store = services.Single(static service => service.ServiceType == typeof(T));
        services.Remove(store);
        services.AddSingleton(provider => InterferingProxy.Create((T)store.ImplementationFactory!(provider), this));
    }
}
