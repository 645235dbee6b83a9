using FuncExec.Orchestrator;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>
/// Gives the activity that runs tasks a queue of its own where the runtime has such queues, as wide as there are slots, so that
/// commands that take hours never stand before book-keeping. Elsewhere its calls wait for their slots.
/// </summary>
internal static class TaskActivityLimit
{
    private const string Setting = "FuncExec:Engine:ActivityLimits:" + FunctionNames.RunTask;

    public static void LimitTaskActivities(this FunctionsApplicationBuilder builder)
    {
        if (builder.Configuration[Setting] is null)
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>(Setting, Slots(builder.Configuration))]);
        }
    }

    private static string Slots(IConfiguration configuration)
    {
        AppOptions options = new();
        try
        {
            new AppOptionsReader(configuration).Configure(options);
        }
        catch (OptionsValidationException)
        {
            // The start is going to name what is wrong.
        }

        return options.MaxConcurrentTasks.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
