namespace FuncExec.WorkerFunctions.Api.Service;

/// <summary>Whether the service can take and run jobs.</summary>
/// <param name="Status"><c>ok</c> or <c>notReady</c>.</param>
/// <param name="Reasons">Why not.</param>
internal sealed record ReadinessView(string Status, IReadOnlyList<string> Reasons)
{
    public static ReadinessView Of(IReadOnlyList<string> reasons) => new(reasons.Count == 0 ? "ok" : "notReady", reasons);
}
