using FuncExec.Service.Tests.Running;

namespace FuncExec.Service.Tests.Starts;

/// <summary>Servers, databases and schemas that a node cannot work with end its start, with what is wrong and what to do.</summary>
public sealed class StoreTests(UnfitStores stores) : IClassFixture<UnfitStores>
{
    /// <summary>
    /// Each with what is said of it. For a server that may be about to be fit a start waits 20 s: that only in the long form.
    /// </summary>
    public static TheoryData<string, string[]> Stores()
    {
        var stores = new TheoryData<string, string[]>
        {
            { "nobody listens, and the name is nobody's", ["cannot be reached"] },
            { "no server of PostgreSQL listens", ["does not answer in time"] },
            { "encryption is asked for, and the server has none", ["SSL"] },
            { "wrong password", ["does not let the user in", "Username and Password"] },
            { "unknown user", ["does not let the user in", "Username and Password"] },
            { "unknown database", ["there is no such database", "Create it"] },
            { "no right to make the schema", ["CREATE SCHEMA funcexec_funcexec AUTHORIZATION beggar"] },
            { "the schema is another role's", ["ALTER SCHEMA funcexec_funcexec OWNER"] },
            { "no right to connect", ["GRANT CONNECT ON DATABASE"] },
            { "only reading is allowed", ["takes no writes"] },
            { "the schema is something else's", ["holds something else", "hubName"] },
            { "the hub's schema is newer", ["the hub has schema version 99", "or a newer one"] },
            { "the ledger's schema is newer", ["the ledger has schema version 99", "or a newer one"] },
            { "the schema has been moved away", ["funcexec migrate --release postgresql"] },
            { "the schema is being filled", ["not complete"] },
            { "standby", ["is a standby", "Target Session Attributes=primary"] },
            { "pooler by the transaction", ["pooler", "Connect to the server itself"] },
            { "pooler by the statement", ["pooler", "Connect to the server itself"] },
            { "unknown parameter of the server", ["bogus_setting"] },
        };
        if (TestForm.IsLong)
        {
            stores.Add("two standbys", ["none of the hosts"]);
            stores.Add("no connection is left", ["max_connections", "Maximum Pool Size"]);
        }

        return stores;
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Store_that_cannot_be_used_is_named_with_what_to_do(string store, string[] parts) =>
        (await RunAsync(await stores.FindAsync(store))).ExpectRefusal(parts);

    [Fact]
    public async Task Setting_that_the_hub_does_not_know_is_named()
    {
        EndedStart start = await RunAsync(
            await stores.Server.CreateDatabaseAsync(), ("AzureFunctionsJobHost__extensions__durableTask__storageProvider__partitionCount", "4"));

        start.ExpectRefusal("partitionCount", "connectionStringName");
    }

    [Fact]
    public async Task Name_that_a_living_node_has_is_refused()
    {
        EndedStart start = await RunAsync(stores.Living, ("WORKER_ID", "living"));

        start.ExpectRefusal("A node named 'living' lives already", "WORKER_ID");
    }

    [Fact]
    public async Task Data_directory_that_a_living_node_has_is_refused()
    {
        EndedStart start = await RunAsync(stores.Living, ("WORKER_ID", "other"), ("FuncExec__DataDirectory", stores.LivingDirectory));

        start.ExpectRefusal("is in use by another process", "FuncExec__DataDirectory");
    }

    private Task<EndedStart> RunAsync(string connectionString, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"] = "postgresql",
            ["ConnectionStrings__PostgreSQL"] = connectionString,
        };
        foreach ((string name, string value) in settings)
        {
            all[name] = value;
        }

        return EndedStart.RunAsync(stores.NewDirectory(), all, ServiceProcess.Executable, "--urls", "http://127.0.0.1:0");
    }
}
