using System.Reflection;
using FuncExec.Orchestrator.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Api.Service;

/// <summary>Shows what is agreed upon.</summary>
public sealed class ContractFunctions
{
    private static readonly byte[] Schema = Read(typeof(JobReader).Assembly, "job.schema.json");
    private static readonly byte[] OpenApi = Read(typeof(ContractFunctions).Assembly, "openapi.json");

    /// <summary><c>GET /api/schema/job</c>: the JSON Schema of job documents.</summary>
    [Function("GetJobSchema")]
    public IResult GetJobSchema([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/schema/job")] HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Results.Bytes(Schema, "application/schema+json");
    }

    /// <summary><c>GET /openapi/v1.json</c>: this API as OpenAPI 3.1.</summary>
    [Function("GetOpenApi")]
    public IResult GetOpenApi([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi/v1.json")] HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Results.Bytes(OpenApi, "application/json");
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly {assembly.GetName().Name} has no resource '{name}'.");
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
