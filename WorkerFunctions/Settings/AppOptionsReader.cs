using System.Globalization;
using System.Text.RegularExpressions;
using FuncExec.Orchestrator.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Settings;

/// <summary>Reads the app's settings by the names that their documentation uses.</summary>
internal sealed partial class AppOptionsReader(IConfiguration configuration) : IConfigureOptions<AppOptions>
{
    /// <summary>How long the runtime lets activities run on at a stop; follows from <see cref="AppOptions.StopTimeout"/> unless it is set.</summary>
    internal const string DrainSetting = "FuncExec:Engine:DrainTimeout";

    /// <summary>With those that a node has by itself they are no more than a hub takes.</summary>
    private const int MostLabels = 16;

    private const long Tebi = 1L << 40;

    private static readonly TimeSpan LeastDrain = TimeSpan.FromSeconds(3);

    /// <summary>A day of commands, and their end.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromDays(1) + TimeSpan.FromMinutes(11);

    /// <summary>Fills the options.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong: all of them, by name.</exception>
    public void Configure(AppOptions options)
    {
        SettingReader reader = new(configuration);
        options.DataDirectory = Path.GetFullPath(reader.Text("FuncExec:DataDirectory") ?? DefaultDirectory());
        options.KillGrace = reader.Duration("FuncExec:KillGrace", options.KillGrace, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        options.MaxConcurrentTasks = (int)reader.Number("MAX_CONCURRENT_TASKS", options.MaxConcurrentTasks, 1, 1_000);
        options.MaxConcurrentJobs = (int)reader.Number("MAX_CONCURRENT_JOBS", options.MaxConcurrentJobs, 1, 1_000_000);
        options.Lease = TimeSpan.FromSeconds(reader.Number("HEARTBEAT_TIMEOUT_SECONDS", (long)options.Lease.TotalSeconds, 2, 600));
        options.WorkerId = reader.Name("WORKER_ID", options.WorkerId);
        options.Role = reader.Choice("FuncExec:Role", options.Role);
        options.Placement = reader.Choice("FuncExec:Placement", options.Placement);
        options.Labels = ReadLabels(reader);
        ReadLedger(reader, options);
        options.DrainTimeout = reader.Duration("FuncExec:DrainTimeout", options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromDays(1));
        options.StopTimeout = ReadStopTimeout(reader, options);
        options.ExitWhenIdle = ReadExitWhenIdle(reader, options.Role);
        options.MetricsAreOn = reader.Switch("FuncExec:Metrics:Enabled", options.MetricsAreOn);
        options.RetentionTime = reader.Duration("FuncExec:Retention:Time", options.RetentionTime, TimeSpan.Zero, TimeSpan.FromDays(3_653));
        options.RetentionSize = reader.Bytes("FuncExec:Retention:Size", options.RetentionSize, 0, 1024 * Tebi);
        if (reader.Faults.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(AppOptions), reader.Faults);
        }
    }

    /// <summary>The settings for what is composed before the start; of wrong ones the start is going to say what is wrong.</summary>
    internal static AppOptions Peek(IConfiguration configuration)
    {
        AppOptions options = new();
        try
        {
            new AppOptionsReader(configuration).Configure(options);
        }
        catch (OptionsValidationException)
        {
            // The start reads them again.
        }

        return options;
    }

    /// <summary>The data directory when no setting names one.</summary>
    internal static string DefaultDirectory()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string state = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Application Support")
            : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } given && Path.IsPathRooted(given) ? given
            : home.Length > 0 ? Path.Combine(home, ".local", "state")
            : Path.GetTempPath();
        return Path.Combine(state, "funcexec");
    }

    private static IReadOnlyList<string> ReadLabels(SettingReader reader)
    {
        string[] labels = (reader.Text("FuncExec:Labels") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (labels.Length <= MostLabels && labels.All(Labels.IsLabel))
        {
            return Labels.Canonical(labels);
        }

        reader.Refuse("FuncExec:Labels", $"a list with commas between, of at most {MostLabels} labels, each {Labels.Rule}");
        return [];
    }

    private void ReadLedger(SettingReader reader, AppOptions options)
    {
        HubPlace hub = HubPlace.Read(configuration);
        options.LedgerType = reader.Choice("FuncExec:Ledger:Type", hub.IsPostgreSql ? LedgerType.PostgreSql : options.LedgerType);
        options.LedgerName = reader.Pattern(
            "FuncExec:Ledger:Name", options.LedgerName, LedgerName(), "3 to 63 lower-case letters and digits, a letter first");
        string? connection = reader.Text("FuncExec:Ledger:ConnectionStringName");
        options.LedgerAccount = options.LedgerType is LedgerType.Azure
            ? StorageAccountReader.Read(configuration, reader, connection ?? "AzureWebJobsStorage")
            : null;
        options.LedgerDatabase = options.LedgerType is LedgerType.PostgreSql
            ? ReadDatabase(reader, connection ?? hub.ConnectionStringName ?? "PostgreSQL", hub.Name ?? options.LedgerName)
            : null;
    }

    private LedgerDatabase? ReadDatabase(SettingReader reader, string connection, string hubName)
    {
        if ((configuration.GetConnectionString(connection) ?? configuration[connection]) is { Length: > 0 } text)
        {
            return new LedgerDatabase(text, hubName);
        }

        reader.Note(
            $"The ledger is to be kept in PostgreSQL, and there is no connection string '{connection}'. Set ConnectionStrings__{connection} to that of the "
            + "database, such as Host=db;Database=funcexec;Username=funcexec;Password=….");
        return null;
    }

    /// <summary>Whether other nodes can go on with what this one gives back; the official host stops its workers by its own time.</summary>
    private static bool IsShared(LedgerType ledger) =>
#if EMBEDDED_RUNTIME
        ledger is not LedgerType.Sqlite;
#else
        false;
#endif

    private static TimeSpan? ReadExitWhenIdle(SettingReader reader, NodeRole role)
    {
        string name = reader.Text("FuncExec:ExitWhenIdle") is null ? "exit-when-idle" : "FuncExec:ExitWhenIdle";
        if (reader.Text(name) is null)
        {
            return null;
        }

        if (role is not NodeRole.Worker)
        {
            reader.Refuse(name, "nothing, unless FuncExec__Role is worker: other nodes are not idle while jobs wait");
            return null;
        }

        return reader.Duration(name, TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9]{2,62}\z")]
    private static partial Regex LedgerName();

    private TimeSpan ReadStopTimeout(SettingReader reader, AppOptions options)
    {
        TimeSpan ending = options.KillGrace + AppOptions.StopMargin;
        TimeSpan fallback = options.StopTimeout > ending + LeastDrain ? options.StopTimeout : ending + LeastDrain;
        bool isDrainGiven = reader.Text("FuncExec:DrainTimeout") is not null;
        if (isDrainGiven || IsShared(options.LedgerType))
        {
            fallback = options.DrainTimeout + ending;
        }

        TimeSpan stop = reader.Duration("FuncExec:StopTimeout", fallback, ending, LongestStop);
        if (isDrainGiven && options.DrainTimeout > stop - ending)
        {
            reader.Refuse("FuncExec:DrainTimeout", $"up to {stop - ending:c}, or FuncExec__StopTimeout of at least {options.DrainTimeout + ending:c}: it has to hold FuncExec__KillGrace ({options.KillGrace:c}) and a second as well");
        }

        // Of one that is no time span the runtime says so.
        if (TimeSpan.TryParse(configuration[DrainSetting], CultureInfo.InvariantCulture, out TimeSpan drain) && drain > stop - ending)
        {
            reader.Refuse(DrainSetting, $"up to {stop - ending:c}, or FuncExec__StopTimeout of at least {drain + ending:c}: it has to hold FuncExec__KillGrace ({options.KillGrace:c}) and a second as well");
        }

        return stop;
    }
}
