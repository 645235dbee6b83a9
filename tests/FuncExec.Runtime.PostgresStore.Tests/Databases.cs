using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.PostgresStore.Tests;

internal static class Databases
{
    internal static PostgresDatabase Make(string connectionString, TestKind? kind = null, string schema = "funcexec_test") =>
        new(connectionString, schema, 10, kind ?? TestKind.Plain, TimeProvider.System, NullLoggerFactory.Instance);

    internal static async Task<PostgresDatabase> OpenAsync(string connectionString, TestKind? kind = null, string schema = "funcexec_test")
    {
        PostgresDatabase database = Make(connectionString, kind, schema);
        try
        {
            await database.OpenAsync(default);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    internal static async Task<T> ReadAsync<T>(PostgresDatabase database, string sql)
    {
        await using var command = database.Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    internal static string NameOf(string connectionString) => new Npgsql.NpgsqlConnectionStringBuilder(connectionString).Database!;
}
