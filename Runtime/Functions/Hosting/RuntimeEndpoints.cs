using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>All endpoints of the app. The start fills them before the server listens; then they do not change.</summary>
internal sealed class RuntimeEndpoints : EndpointDataSource
{
    private IReadOnlyList<Endpoint> _endpoints = [];

    public override IReadOnlyList<Endpoint> Endpoints => _endpoints;

    public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;

    /// <summary>Sets them.</summary>
    public void Fill(IReadOnlyList<Endpoint> endpoints) => _endpoints = endpoints;
}
