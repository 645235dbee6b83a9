using System.Text.RegularExpressions;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using Microsoft.Extensions.Logging;

[assembly: HubProvider(typeof(FuncExec.Runtime.Sqlite.SqliteHubProvider))]

namespace FuncExec.Runtime.Sqlite;

/// <summary>
/// Makes hubs of one SQLite file each, <c>{hub name}.db</c> in the data directory: the default, with nothing to
/// install. It has no settings; those of the official host's default store that a <c>host.json</c> may carry
/// are named once in the log and have no effect.
/// </summary>
public sealed partial class SqliteHubProvider : IHubProvider
{
    /// <inheritdoc/>
    public string Type => "sqlite";

    /// <inheritdoc/>
    public bool IsDefault => true;

    /// <inheritdoc/>
    public IHub Create(HubContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!HubName().IsMatch(context.HubName))
        {
            throw new HubStartException(
                $"extensions.durableTask.hubName is '{context.HubName}'. Allowed are 1 to 64 letters, digits, '-' and '_'.");
        }

        ILogger logger = context.LoggerFactory.CreateLogger<SqliteHub>();
        if (context.Settings.Count > 0)
        {
            Log.SettingsIgnored(logger, string.Join(", ", context.Settings.Keys.Order(StringComparer.Ordinal)));
        }

        return new SqliteHub(context.DataDirectory, context.HubName, context.Time, logger);
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex HubName();

    private static partial class Log
    {
        [LoggerMessage(EventId = 5000, Level = LogLevel.Information,
            Message = "The SQLite hub has no settings; these of storageProvider have no effect: {Names}.")]
        internal static partial void SettingsIgnored(ILogger logger, string names);
    }
}
