using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>Adds what running jobs and their tasks needs.</summary>
internal static class TaskServices
{
    public static IServiceCollection AddTasks(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<TaskSlots>();
        services.AddSingleton<RunningTasks>();
        services.AddSingleton<OwedClaims>();
        services.AddSingleton<TaskRunner>();
        services.AddSingleton<StoreWrites>();
        services.AddSingleton<AttemptWork>();
        services.AddSingleton<AttemptFiles>();
        services.AddSingleton<LostTasks>();
        services.AddSingleton<TaskMetrics>();
        services.AddSingleton<JobTraces>();
        services.AddSingleton<JobDocuments>();
        services.AddSingleton<JobSummaries>();
        services.AddSingleton<JobCloser>();
        services.AddSingleton<JobStarter>();
        services.AddSingleton<JobControl>();
        services.AddSingleton<JobReruns>();
        services.AddSingleton<JobDeletion>();
        return services;
    }
}
