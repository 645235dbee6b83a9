using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

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

    private sealed class Pooler : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("funcexec-pool.").FullName;
        private readonly Process _process;
        private readonly int _port;

        internal Pooler(int server, string mode, string setting)
        {
            using (var listener = new TcpListener(IPAddress.Loopback, 0))
            {
                listener.Start();
                _port = ((IPEndPoint)listener.LocalEndpoint).Port;
            }

            string users = Path.Combine(_directory, "users"), settings = Path.Combine(_directory, "settings");
            File.WriteAllText(users, "\"postgres\" \"\"\n");
            File.WriteAllText(settings, $"""
                [databases]
                * = host=127.0.0.1 port={server}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {_port}
                unix_socket_dir =
                auth_type = trust
                auth_file = {users}
                pool_mode = {mode}
                {setting}

                """);
            using (Process chmod = Process.Start("chmod", ["755", _directory]))
            {
                chmod.WaitForExit();
            }

            string program = ((string[])["/usr/sbin", .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')])
                .Select(static place => Path.Combine(place, "pgbouncer")).First(File.Exists);
            string[] words = Environment.IsPrivilegedProcess
                ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program, settings]
                : [program, settings];
            _process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true })!;
            while (_process.StandardError.ReadLine() is { } line && !line.Contains("process up", StringComparison.Ordinal))
            {
            }

            _ = _process.StandardError.ReadToEndAsync(); // Goes on reading, so that it never stands still.
        }

        internal string Through(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Port = _port }.ConnectionString;

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            Directory.Delete(_directory, recursive: true);
        }
    }
}
