using System.Globalization;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

// Another process for the tests: Dummy <command> <data directory>. It prints a line for each thing that a test waits for.
(string command, string directory) = (args[0], args[1]);
CancellationToken never = CancellationToken.None;
IHub hub = new SqliteHubProvider().Create(
    new HubContext { DataDirectory = directory, HubName = "Hub", LoggerFactory = NullLoggerFactory.Instance });
try
{
    await hub.OpenAsync(never);
}
catch (HubStartException e)
{
    Console.WriteLine("refused: " + e.Message);
    return 1;
}

Console.WriteLine("open");
long session = 0;
switch (command)
{
    case "hold":
        // Holds the directory until the test closes this process's standard input.
        await Console.In.ReadToEndAsync();
        break;
    case "work":
        await WorkAsync(int.MaxValue);
        break;
    case "fill":
        await FillAsync();
        break;
    default:
        throw new ArgumentException($"'{command}' is no command.", nameof(args));
}

await hub.DisposeAsync();
return 0;

// Commits turns of one instance, printing each version once it was answered, until killed or the hub fails.
async Task<long> WorkAsync(long until)
{
    session = (await hub.OpenSessionAsync("dummy", TimeSpan.FromHours(1), never)).Id;
    var instance = new NewInstance
    {
        InstanceId = "work",
        Name = "Work",
        Generation = new Guid("11111111-1111-1111-1111-111111111111"),
        FirstTurn = Noise(0),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
    await hub.CreateInstanceAsync(instance, session, never);
    var leased = (LeaseInstanceOutcome.Leased)await hub.LeaseInstanceAsync("work", session, never);
    long version = leased.Instance.Record.Version;
    while (version < until)
    {
        var turn = new TurnCommit
        {
            Lease = leased.Instance.Lease,
            Session = session,
            ExpectedVersion = version,
            Generation = leased.Instance.Record.Generation,
            Turn = Noise(version),
            Status = InstanceStatus.Running,
            At = DateTimeOffset.UnixEpoch,
        };
        version = ((CommitOutcome.Committed)await hub.CommitTurnAsync(turn, never)).Version;
        Console.WriteLine(version.ToString(CultureInfo.InvariantCulture));
    }

    return version;
}

// Works until the disk is full, makes room, and goes on in the same hub.
async Task FillAsync()
{
    string ballast = Path.Combine(directory, "ballast");
    await File.WriteAllBytesAsync(ballast, new byte[1024 * 1024]);
    try
    {
        await WorkAsync(long.MaxValue);
    }
    catch (HubUnavailableException e)
    {
        Console.WriteLine("full: " + e.Message);
    }

    await hub.CloseSessionAsync(session, never);
    InstanceRecord full = (await hub.FindInstanceAsync("work", never))!;
    Console.WriteLine("stored: " + full.Version.ToString(CultureInfo.InvariantCulture));
    File.Delete(ballast);
    Console.WriteLine("after: " + (await WorkAsync(full.Version + 20)).ToString(CultureInfo.InvariantCulture));
}

// 4 KiB that do not compress, after the number of the turn.
static byte[] Noise(long version)
{
    byte[] bytes = new byte[4_096];
    new Random((int)version).NextBytes(bytes);
    BitConverter.TryWriteBytes(bytes, version);
    return bytes;
}
