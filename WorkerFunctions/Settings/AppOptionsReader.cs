using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Settings;

/// <summary>Reads the app's settings by the names that their documentation uses.</summary>
internal sealed class AppOptionsReader(IConfiguration configuration) : IConfigureOptions<AppOptions>
{
    private const long Tebi = 1L << 40;

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
        options.RetentionTime = reader.Duration("FuncExec:Retention:Time", options.RetentionTime, TimeSpan.Zero, TimeSpan.FromDays(3_653));
        options.RetentionSize = reader.Bytes("FuncExec:Retention:Size", options.RetentionSize, 0, 1024 * Tebi);
        if (reader.Faults.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(AppOptions), reader.Faults);
        }
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
}
