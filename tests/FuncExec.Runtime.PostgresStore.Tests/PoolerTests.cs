namespace FuncExec.Runtime.PostgresStore.Tests;

/// <summary>PgBouncer between a node and the server.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PoolerTests(PostgresFixture fixture)
{
    [Theory]
    [InlineData("ignore_startup_parameters = search_path")]
    [InlineData("")]
    public async Task A_pooler_by_the_transaction_ends_the_start_with_what_to_do(string setting)
    {
        string where = await fixture.Server.CreateDatabaseAsync();
        using var pooler = new Pooler(fixture.Server.Port, "transaction", setting);
        var refusal = await Assert.ThrowsAsync<StartException>(() => Databases.OpenAsync(pooler.Through(where)));
        Assert.Contains("pooler", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Connect to the server itself", refusal.Message, StringComparison.Ordinal);
    }
}
