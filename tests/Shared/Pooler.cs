using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace FuncExec.Tests.Shared;

/// <summary>PgBouncer between a node and a server, on a free port of this machine.</summary>
internal sealed class Pooler : IDisposable
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
