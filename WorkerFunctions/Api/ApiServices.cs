using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Artifacts;
using FuncExec.WorkerFunctions.Api.Events;
using FuncExec.WorkerFunctions.Api.Service;
using FuncExec.WorkerFunctions.Api.Steering;
using FuncExec.WorkerFunctions.Api.Streams;
using FuncExec.WorkerFunctions.Api.Submission;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace FuncExec.WorkerFunctions.Api;

/// <summary>Adds the HTTP API.</summary>
internal static class ApiServices
{
    /// <summary>Adds what its functions need, and what stands around them.</summary>
    public static IFunctionsWorkerApplicationBuilder AddApi(this IFunctionsWorkerApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.TryAddSingleton<StreamLimits>();
        services.AddSingleton<JobFinder>();
        services.AddSingleton<TaskFinder>();
        services.AddSingleton<JobDocumentReader>();
        services.AddSingleton<MultipartJob>();
        services.AddSingleton<SubmissionReader>();
        services.AddSingleton<JobWaiter>();
        services.AddSingleton<SteeringAnswers>();
        services.AddSingleton<OutputSender>();
        services.AddSingleton<ArtifactZipAnswer>();
        services.AddSingleton<EventStreams>();
        services.AddSingleton<Readiness>();
        return builder.UseMiddleware<ApiMiddleware>();
    }
}
