using System.Reflection;
using FuncExec.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.WorkerFunctions.Tests.Tasks;

/// <summary>A real ledger that fails when the test says so, before it does anything.</summary>
public class FailingLedger : DispatchProxy
{
    private IJobLedger _inner = null!;
    private Func<string, Exception?> _fault = null!;

    /// <summary>Puts it before the ledger that is registered.</summary>
    internal static void Decorate(IServiceCollection services, Func<string, Exception?> fault)
    {
        ServiceDescriptor real = services.Last(static service => service.ServiceType == typeof(IJobLedger));
        services.Remove(real);
        services.AddSingleton(provider =>
        {
            IJobLedger failing = Create<IJobLedger, FailingLedger>();
            FailingLedger self = (FailingLedger)(object)failing;
            self._inner = (IJobLedger)(real.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!));
            self._fault = fault;
            return failing;
        });
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _fault(targetMethod!.Name) is { } exception ? throw exception : targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
}
