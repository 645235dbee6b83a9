using System.Globalization;
using FuncExec.Orchestrator;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;

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
            string slots = AppOptionsReader.Peek(builder.Configuration).MaxConcurrentTasks.ToString(CultureInfo.InvariantCulture);
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>(Setting, slots)]);
        }
    }
}
