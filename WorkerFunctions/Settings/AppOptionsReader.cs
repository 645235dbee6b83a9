using System.Globalization;
using FuncExec.Orchestrator.Reading;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Settings;

/// <summary>Reads the app's settings by the names that their documentation uses.</summary>
internal sealed class AppOptionsReader(IConfiguration configuration) : IConfigureOptions<AppOptions>
{
    private const int MostTasks = 1000;

    private static readonly TimeSpan LongestGrace = TimeSpan.FromMinutes(10);

    /// <summary>Fills the options.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong: all of them, by name.</exception>
    public void Configure(AppOptions options)
    {
        List<string> faults = [];
        options.DataDirectory = Path.GetFullPath(Text("FuncExec:DataDirectory") ?? DefaultDirectory());
        if (Text("FuncExec:KillGrace") is { } grace)
        {
            if (Durations.TryParse(grace, out TimeSpan duration) && duration <= LongestGrace)
            {
                options.KillGrace = duration;
            }
            else
            {
                faults.Add($"The setting 'FuncExec__KillGrace' is '{grace}'; allowed is a duration from 0s to {LongestGrace:c}, such as 5s or 00:00:05.");
            }
        }

        if (Text("MAX_CONCURRENT_TASKS") is { } tasks)
        {
            if (int.TryParse(tasks, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= MostTasks)
            {
                options.MaxConcurrentTasks = number;
            }
            else
            {
                faults.Add($"The setting 'MAX_CONCURRENT_TASKS' is '{tasks}'; allowed is a whole number, 1 to {MostTasks}.");
            }
        }

        if (faults.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(AppOptions), faults);
        }
    }

    private string? Text(string name) => configuration[name] is { Length: > 0 } text ? text : null;

    private static string DefaultDirectory()
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
