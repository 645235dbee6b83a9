namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>Where one test's hub is stored that two nodes share; gone after the test.</summary>
public interface IClusterPlace : IAsyncDisposable
{
    /// <summary>Opens the hub for one more node: the same object or another one, as nodes of this store have it.</summary>
    Task<IHub> OpenHubAsync();
}
