using FuncExec.Runtime.Hubs;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>Lets a process that cannot start end with the reason alone, instead of a stack trace and a dump.</summary>
internal static class StartFaults
{
    private static int _installed;

    /// <summary>Writes the reason of a start that failed, where the app catches none, and ends the process with code 1.</summary>
    public static void ReportUnhandled()
    {
        if (Interlocked.Exchange(ref _installed, 1) == 0)
        {
            AppDomain.CurrentDomain.UnhandledException += static (_, fault) =>
            {
                if (Find(fault.ExceptionObject as Exception) is { } reason)
                {
                    Console.Error.WriteLine(reason);
                    Environment.Exit(1);
                }
            };
        }
    }

    private static string? Find(Exception? exception) => exception switch
    {
        FunctionsStartException or HubStartException or HubUnavailableException => exception.Message,
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        IOException { InnerException: AddressInUseException } => exception.Message + " Stop what listens there, or choose another address with --urls.",
        AggregateException { InnerException: { } inner } => Find(inner),
        _ => null,
    };
}
