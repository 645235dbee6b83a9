namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>Where else to look: references relative to the service's root.</summary>
internal sealed record JobLinks(string Self, string Tasks, string Artifacts, string Events)
{
    public static JobLinks Of(string id) => new(PathOf(id), PathOf(id) + "/tasks", PathOf(id) + "/artifacts", PathOf(id) + "/events");

    /// <summary>Where a job is.</summary>
    public static string PathOf(string id) => "/api/jobs/" + id;
}
