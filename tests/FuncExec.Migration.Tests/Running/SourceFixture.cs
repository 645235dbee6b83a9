using System.Net;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Migration.Tests.Running;

/// <summary>A data directory of a service that has run one job and was stopped, to be copied.</summary>
public sealed class SourceFixture : IDisposable
{
    private readonly DataDirectory _data = new();

    public SourceFixture() => Directory = new Lazy<Task<string>>(MakeAsync);

    /// <summary>Where it is.</summary>
    public Lazy<Task<string>> Directory { get; }

    public void Dispose() => _data.Dispose();

    private async Task<string> MakeAsync()
    {
        await using ServiceProcess service = Services.OverSqlite(_data.Data);
        await service.StartAsync();
        (await service.Api.SendAsync(HttpMethod.Post, "/api/jobs?wait=60s", static () => System.Net.Http.Json.JsonContent.Create(new { command = "true" }))).Expect(HttpStatusCode.OK);
        Assert.Equal(0, await service.StopAsync());
        return _data.Data;
    }
}
