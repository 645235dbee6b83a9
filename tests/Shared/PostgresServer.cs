using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Npgsql;

namespace FuncExec.Tests.Shared;

/// <summary>
/// A PostgreSQL server of a test's own, with the durability that it has by default: made anew in a temporary directory, on a free
/// port of this machine. It runs as the user <c>postgres</c> when the tests run as root, which the server refuses.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly string _directory;
    private readonly string _log;
    private readonly string[] _settings;
    private Process? _process;

    private int? _diskMebibytes;

    private PostgresServer(string directory, int port, string[] settings)
    {
        _directory = directory;
        _log = Path.Combine(directory, "log");
        _settings = settings;
        Port = port;
    }

    internal int Port { get; }

    /// <summary>All that the server has logged.</summary>
    internal string Log => File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <summary>The superuser's connection string to a database.</summary>
    internal string ConnectionString(string database = "postgres") =>
        $"Host=127.0.0.1;Port={Port};Username={User};Database={database};Timeout=15;Command Timeout=60";

    /// <param name="settings">Of the server, such as <c>shared_preload_libraries=pg_stat_statements</c>.</param>
    internal static Task<PostgresServer> StartAsync(params string[] settings) => StartAsync(null, settings);

    /// <summary>Starts one whose data lie on a small disk of its own, in memory, which is gone when it ends.</summary>
    /// <param name="mebibytes">The size of the disk.</param>
    internal static Task<PostgresServer> StartOnSmallDiskAsync(int mebibytes) => StartAsync(mebibytes, []);

    /// <summary>Starts another one that follows this one, as a standby.</summary>
    internal async Task<PostgresServer> StartStandbyAsync()
    {
        PostgresServer standby = await MakeAsync(_settings, data => [
            Program("pg_basebackup"), "-h", "127.0.0.1", "-p", $"{Port}", "-U", User, "-D", data, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]);
        return await standby.StartOrDisposeAsync();
    }

    private static async Task<PostgresServer> StartAsync(int? diskMebibytes, string[] settings)
    {
        PostgresServer server = await MakeAsync(settings, static data => [
            Program("initdb"), "-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        server._diskMebibytes = diskMebibytes;
        return await server.StartOrDisposeAsync();
    }

    private static async Task<PostgresServer> MakeAsync(string[] settings, Func<string, string[]> make)
    {
        string directory = Directory.CreateTempSubdirectory("funcexec-pg.").FullName;
        var server = new PostgresServer(directory, FreePort(), settings);
        try
        {
            if (Environment.IsPrivilegedProcess)
            {
                await RunAsync("chown", User, directory);
            }

            await RunAsync([.. AsUser, .. make(Path.Combine(directory, "data"))]);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task<PostgresServer> StartOrDisposeAsync()
    {
        try
        {
            await StartAgainAsync();
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private string Data => Path.Combine(_directory, _diskMebibytes is null ? "data" : "disk/data");

    /// <summary>What has it run as its own user, and on its own disk: a mount in a namespace that ends with it.</summary>
    private string[] Behind
    {
        get
        {
            if (_diskMebibytes is null)
            {
                return AsUser;
            }

            string[] asUser = Environment.IsPrivilegedProcess ? AsUser : ["unshare", "--user", $"--map-user={Environment.UserName}", "--map-group=nogroup"];
            string[] asRoot = Environment.IsPrivilegedProcess ? ["unshare", "--mount"] : ["unshare", "--map-root-user", "--mount"];
            return
            [
                .. asRoot, "sh", "-c",
                $"mkdir -p '{_directory}/disk' && mount -t tmpfs -o size={_diskMebibytes}m,mode=0777 none '{_directory}/disk' && cp -a '{_directory}/data' '{_directory}/disk' && exec \"$@\"", "sh",
                .. asUser,
            ];
        }
    }

    private static string[] AsUser => Environment.IsPrivilegedProcess
        ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups"]
        : [];

    /// <summary>Starts it after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same port and data.</summary>
    internal async Task StartAgainAsync()
    {
        string[] words =
        [
            .. Behind, "sh", "-c", "exec \"$@\" 2>>\"$0\"", _log,
            Program("postgres"), "-D", Data, "-p", $"{Port}", "-k", _directory,
            "-c", "listen_addresses=127.0.0.1", "-c", "lc_messages=C", "-c", "log_lock_waits=on",
            .. _settings.SelectMany(static setting => (string[])["-c", setting]),
        ];
        _process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false, WorkingDirectory = _directory })!;
        using var limit = new CancellationTokenSource(s_limit);
        while (!await IsReadyAsync(limit.Token))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Log}");
            }

            await Task.Delay(50, limit.Token);
        }
    }

    /// <summary>Makes a database and answers its connection string.</summary>
    internal async Task<string> CreateDatabaseAsync()
    {
        string name = "t" + Guid.NewGuid().ToString("N");
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Runs statements as the superuser.</summary>
    internal async Task ExecuteAsync(string sql, string database = "postgres")
    {
        await using NpgsqlConnection connection = new(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Reads one value as the superuser.</summary>
    internal async Task<T> ReadAsync<T>(string sql, string database = "postgres")
    {
        await using NpgsqlConnection connection = new(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Ends the connections to a database (all but those of superusers' tools), as an operator would.</summary>
    internal Task EndConnectionsAsync(string database) => ExecuteAsync(
        $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()");

    /// <summary>From now on this role has to give its password; all others are believed.</summary>
    internal async Task RequirePasswordAsync(string role)
    {
        string file = Path.Combine(Data, "pg_hba.conf");
        await File.WriteAllTextAsync(file, $"host all {role} 127.0.0.1/32 scram-sha-256\n{await File.ReadAllTextAsync(file)}");
        await ExecuteAsync("SELECT pg_reload_conf()");
    }

    /// <summary>Leaves no room on the disk of a server that has a small one, or gives it back.</summary>
    internal void SetDiskFull(bool isFull)
    {
        string filling = $"/proc/{_process!.Id}/root{_directory}/disk/filling";
        if (!isFull)
        {
            File.Delete(filling);
            return;
        }

        using FileStream file = File.Create(filling, bufferSize: 0);
        foreach (int size in (int[])[1024 * 1024, 4096])
        {
            byte[] block = new byte[size];
            try
            {
                while (true)
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // Not so much more.
            }
        }
    }

    /// <summary>From its next start on it only reads, as a standby does.</summary>
    internal void MakeStandby() => File.WriteAllText(Path.Combine(Data, "standby.signal"), "");

    /// <summary>Stops it in order, with every connection ended.</summary>
    internal Task StopAsync() => EndAsync(2); // SIGINT: fast shutdown.

    /// <summary>Kills the server and all its processes.</summary>
    internal async Task KillAsync()
    {
        Process server = _process!;
        int[] children = ChildrenOf(server.Id);
        server.Kill();
        await server.WaitForExitAsync().WaitAsync(s_limit);
        foreach (int child in children)
        {
            _ = NativeMethods.Kill(child, 9);
        }

        server.Dispose();
        _process = null;
        while (children.Any(static child => Directory.Exists($"/proc/{child}") && !IsZombie(child)))
        {
            await Task.Delay(10); // Its successor refuses to begin while one of them holds the shared memory.
        }

        File.Delete(Path.Combine(Data, "postmaster.pid"));
    }

    /// <summary>The processor time that the server has used, its ended processes included.</summary>
    internal TimeSpan ProcessorTime() => TimeSpan.FromMilliseconds(
        10 * (Ticks(_process!.Id, ended: true) + ChildrenOf(_process.Id).Sum(static child => Ticks(child, ended: false))));

    /// <summary>Stops the server's processes where they are (SIGSTOP), or lets them go on.</summary>
    internal void SetPaused(bool paused)
    {
        foreach (int id in (int[])[_process!.Id, .. ChildrenOf(_process.Id)])
        {
            _ = NativeMethods.Kill(id, paused ? 19 : 18);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            SetPaused(false);
            await EndAsync(3); // SIGQUIT: at once; the data goes anyway.
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task EndAsync(int signal)
    {
        Process server = _process!;
        _ = NativeMethods.Kill(server.Id, signal);
        await server.WaitForExitAsync().WaitAsync(s_limit);
        server.Dispose();
        _process = null;
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = new(ConnectionString() + ";Pooling=false");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string Program(string name)
    {
        IEnumerable<string> places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            places = Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(static version => version + "/bin").Concat(places);
        }

        return places.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"The tests need PostgreSQL's server ({name}); Debian's package is postgresql.");
    }

    private static int[] ChildrenOf(int id) =>
        [.. File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    private static bool IsZombie(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] is 'Z' or 'X';
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Hundredths of a second, by the 14th to 17th field of what the kernel says (proc_pid_stat(5)); none of a process that has gone.</summary>
    private static long Ticks(int id, bool ended)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ').Skip(11).Take(ended ? 4 : 2).Sum(long.Parse);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(params string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync().WaitAsync(s_limit);
        await output.WaitAsync(s_limit);
        await process.WaitForExitAsync().WaitAsync(s_limit);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}: {errors}");
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "kill")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int Kill(int id, int signal);
    }
}
