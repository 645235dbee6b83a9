using FuncExec.Ledger.Azure;

namespace FuncExec.WorkerFunctions.Settings;

/// <summary>The app's settings. A wrong one ends the start with its name and what is allowed.</summary>
public sealed class AppOptions
{
#if EMBEDDED_RUNTIME
    private const LedgerType DefaultLedgerType = LedgerType.Sqlite;
#else
    private const LedgerType DefaultLedgerType = LedgerType.Azure;
#endif

    /// <summary><c>FuncExec__DataDirectory</c>: what belongs to this service. Default: <c>funcexec</c> in the user's directory for state.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary><c>FuncExec__KillGrace</c>: how long a command has between SIGTERM and SIGKILL, 0 to 10 min. Default 5 s.</summary>
    public TimeSpan KillGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <c>FuncExec__StopTimeout</c>: within what time the service has ended after it was told to, at least 1 s more than
    /// <see cref="KillGrace"/>, up to 1 day. Default 9 s, which supervisors that kill after 10 s allow; with a longer grace 4 s more
    /// than that.
    /// </summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(9);

    /// <summary>How long commands may run on when the service is told to stop: what the grace and <see cref="StopMargin"/> leave.</summary>
    public TimeSpan StopDrain => StopTimeout - KillGrace - StopMargin;

    /// <summary>
    /// <c>FuncExec__DrainTimeout</c>: how long commands may run on when the node drains, up to 1 day. Default 10 min. A stop drains too: where it
    /// is set, and where nodes share a ledger, <see cref="StopTimeout"/> is as much longer by default; a node by itself keeps nobody waiting.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// <c>FuncExec__ExitWhenIdle</c> (<c>--exit-when-idle</c>): after what time without a task a worker ends by itself, 100 ms to 1 day. Default: never.
    /// </summary>
    public TimeSpan? ExitWhenIdle { get; set; }

    /// <summary>What killing trees, recording their ends and closing the stores may take.</summary>
    internal static TimeSpan StopMargin { get; } = TimeSpan.FromSeconds(1);

    /// <summary><c>MAX_CONCURRENT_TASKS</c>: how many tasks run at once here, 1 to 1,000. Default 4 × processors, at least 10.</summary>
    public int MaxConcurrentTasks { get; set; } = Math.Clamp(4 * Environment.ProcessorCount, 10, 1000);

    /// <summary><c>MAX_CONCURRENT_JOBS</c>: how many jobs may be unfinished, 1 to 1,000,000; past it new ones are answered with 429. Default 1,000.</summary>
    public int MaxConcurrentJobs { get; set; } = 1_000;

    /// <summary><c>HEARTBEAT_TIMEOUT_SECONDS</c>: how long a node that gives no sign of life keeps what it has claimed, 2 to 600. Default 15.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary><c>WORKER_ID</c>: the node's name, the same over restarts. Default: the host's name.</summary>
    public string WorkerId { get; set; } = Environment.MachineName;

    /// <summary>
    /// <c>FuncExec__Role</c>: <c>all</c>, <c>api</c> (HTTP and orchestrations, no tasks) or <c>worker</c> (tasks, no orchestrations), where several
    /// nodes share a hub. Default <c>all</c>.
    /// </summary>
    public NodeRole Role { get; set; } = NodeRole.All;

    /// <summary><c>FuncExec__Placement</c>: <c>leastLoaded</c> or <c>roundRobin</c>, the same on all nodes of a hub. Default: the former.</summary>
    public TaskPlacement Placement { get; set; } = TaskPlacement.LeastLoaded;

    /// <summary><c>FuncExec__Labels</c>: labels of this node with commas between, besides those that it has by itself. Default: none.</summary>
    public IReadOnlyList<string> Labels { get; set; } = [];

    /// <summary>
    /// <c>FuncExec__Ledger__Type</c>: in what the ledger and the blobs are kept, <c>sqlite</c>, <c>azure</c> or <c>postgresql</c>. Default:
    /// <c>azure</c> where the app is built for Azure Functions, else <c>postgresql</c> where the hub is, else <c>sqlite</c>.
    /// </summary>
    public LedgerType LedgerType { get; set; } = DefaultLedgerType;

    /// <summary>
    /// <c>FuncExec__Ledger__Name</c>: the name of the table and of the container in the storage account, 3 to 63 lower-case letters and
    /// digits, a letter first. Apps that share an account need names of their own. Default <c>funcexec</c>.
    /// </summary>
    public string LedgerName { get; set; } = "funcexec";

    /// <summary>
    /// The storage account of an <c>azure</c> ledger, which the setting names that <c>FuncExec__Ledger__ConnectionStringName</c> names.
    /// Default: <c>AzureWebJobsStorage</c>. Null for another ledger.
    /// </summary>
    public AzureStorageAccount? LedgerAccount { get; set; }

    /// <summary>
    /// The database of a <c>postgresql</c> ledger, whose connection string has the name that <c>FuncExec__Ledger__ConnectionStringName</c> gives.
    /// Default: the hub's, else <c>PostgreSQL</c>. Null for another ledger.
    /// </summary>
    public LedgerDatabase? LedgerDatabase { get; set; }

    /// <summary><c>FuncExec__Metrics__Enabled</c>: whether figures are added up for <c>GET /metrics</c>. Default true.</summary>
    public bool MetricsAreOn { get; set; } = true;

    /// <summary><c>FuncExec__Retention__Time</c>: how long finished jobs and their files are kept, up to 10 years; 0 is for ever. Default 7 days.</summary>
    public TimeSpan RetentionTime { get; set; } = TimeSpan.FromDays(7);

    /// <summary><c>FuncExec__Retention__Size</c>: how many bytes finished jobs may have stored; past it the oldest go; 0 is no bound. Default 20 GiB.</summary>
    public long RetentionSize { get; set; } = 20L * 1024 * 1024 * 1024;
}
