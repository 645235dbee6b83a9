using FuncExec.HubContract;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>The nodes of a PostgreSQL hub tell each other what they leave to others.</summary>
public sealed class PostgresSignalTests(PostgresHubTests.Fixture fixture) : SignalContract(fixture), IClassFixture<PostgresHubTests.Fixture>
{
    protected override async Task<IHub> OpenOtherAsync(HubPlace place, IHub hub)
    {
        IHub other = place.CreateHub();
        await other.OpenAsync(default);
        return other;
    }
}
