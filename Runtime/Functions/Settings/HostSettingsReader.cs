using System.Globalization;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Settings;

/// <summary>Reads <c>host.json</c>, then the overrides under <c>AzureFunctionsJobHost</c> of the app's configuration.</summary>
internal sealed class HostSettingsReader
{
    /// <summary>The file's name.</summary>
    public const string FileName = "host.json";

    /// <summary>The configuration section whose members override the file's, as <c>AzureFunctionsJobHost__…</c>.</summary>
    public const string OverrideSection = "AzureFunctionsJobHost";

    private const string DurablePath = "extensions:durableTask";
    private const string StoragePath = DurablePath + ":storageProvider";

    private readonly IConfiguration _settings;
    private readonly NameResolver _names;
    private readonly List<string> _faults = [];

    private HostSettingsReader(IConfiguration settings, NameResolver names)
    {
        _settings = settings;
        _names = names;
    }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="FunctionsStartException">The file cannot be read, or a value is out of range: all faults, by name.</exception>
    public static HostSettings Read(string directory, IConfiguration app)
    {
        ConfigurationBuilder builder = new();
        string path = Path.Combine(directory, FileName);
        bool exists = File.Exists(path);
        if (exists)
        {
            builder.AddJsonStream(new MemoryStream(File.ReadAllBytes(path)));
        }

        builder.AddInMemoryCollection(app.GetSection(OverrideSection).AsEnumerable(makePathsRelative: true)
            .Where(static pair => pair.Value is not null));
        IConfigurationRoot settings;
        try
        {
            settings = builder.Build();
        }
        catch (Exception exception) when (exception is FormatException or System.Text.Json.JsonException)
        {
            throw new FunctionsStartException($"{path} is not valid JSON: {exception.InnerException?.Message ?? exception.Message}", exception);
        }

        if (exists && settings["version"] != "2.0")
        {
            throw new FunctionsStartException($"{path} has version '{settings["version"]}'. Set \"version\": \"2.0\".");
        }

        return new HostSettingsReader(settings, new NameResolver(app)).Read();
    }

    private HostSettings Read()
    {
        HostSettings read = new()
        {
            RoutePrefix = (Text("extensions:http:routePrefix") ?? "api").Trim('/'),
            FunctionTimeout = ReadTimeout(),
            Functions = ReadFunctions(),
            LogLevels = ReadLogLevels(),
            Durable = ReadDurable(),
            WithoutEffect = OfficialSettings.WithoutEffect(_settings),
            Unknown = OfficialSettings.Unknown(_settings),
        };
        return _faults.Count == 0 ? read : throw new FunctionsStartException(_faults);
    }

    private DurableSettings ReadDurable()
    {
        Dictionary<string, string> storage = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in _settings.GetSection(StoragePath).AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && !key.Equals("type", StringComparison.OrdinalIgnoreCase))
            {
                storage[key] = Resolve(value, $"{StoragePath}:{key}");
            }
        }

        return new DurableSettings
        {
            HubName = ReadHubName(),
            StorageType = Text($"{StoragePath}:type"),
            Storage = storage,
            MaxConcurrentActivities = ReadCount("maxConcurrentActivityFunctions", 100_000),
            MaxConcurrentOrchestrators = ReadCount("maxConcurrentOrchestratorFunctions", 10_000),
            MaxConcurrentEntities = ReadCount("maxConcurrentEntityFunctions", 100_000),
            MaxEntityBatch = ReadCount("maxEntityOperationBatchSize", 100_000),
            HttpPollingInterval = ReadCount("httpSettings:defaultAsyncRequestSleepTimeMilliseconds", int.MaxValue),
            DefaultVersion = Text($"{DurablePath}:defaultVersion") ?? "",
            VersionMatch = ReadChoice<DurableTaskWorkerOptions.VersionMatchStrategy>("versionMatchStrategy"),
            VersionFailure = ReadChoice<DurableTaskWorkerOptions.VersionFailureStrategy>("versionFailureStrategy"),
        };
    }

    private string ReadHubName()
    {
        string name = Text($"{DurablePath}:hubName") ?? DurableSettings.DefaultHubName;
        bool valid = name.Length is > 0 and <= 45
            && char.IsAsciiLetter(name[0])
            && name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-');
        if (!valid)
        {
            Fault($"{DurablePath}:hubName", name, "a letter, then letters, digits, '_' or '-', at most 45 characters");
        }

        return name;
    }

    private int? ReadCount(string name, int most)
    {
        if (Text($"{DurablePath}:{name}") is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int count) && count >= 1 && count <= most)
        {
            return count;
        }

        Fault($"{DurablePath}:{name}", text, $"a whole number, 1 to {most}");
        return null;
    }

    private T? ReadChoice<T>(string name)
        where T : struct, Enum
    {
        if (Text($"{DurablePath}:{name}") is not { } text)
        {
            return null;
        }

        if (Enum.TryParse(text, ignoreCase: true, out T choice) && Enum.IsDefined(choice))
        {
            return choice;
        }

        Fault($"{DurablePath}:{name}", text, $"one of {string.Join(", ", Enum.GetNames<T>())}");
        return null;
    }

    private TimeSpan? ReadTimeout()
    {
        string? text = Text("functionTimeout");
        if (text is null or "-1")
        {
            return null;
        }

        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan timeout) && timeout > TimeSpan.Zero && timeout <= TimeSpan.FromDays(24))
        {
            return timeout;
        }

        Fault("functionTimeout", text, "a time span hh:mm:ss, more than zero and at most 24 days, or -1 for none");
        return null;
    }

    private HashSet<string>? ReadFunctions()
    {
        IConfigurationSection[] named = [.. _settings.GetSection("functions").GetChildren()];
        return named.Length == 0
            ? null
            : named.Select(static name => name.Value ?? "").ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    private Dictionary<string, LogLevel> ReadLogLevels()
    {
        const string section = "logging:logLevel";
        Dictionary<string, LogLevel> levels = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string category, string? text) in _settings.GetSection(section).AsEnumerable(makePathsRelative: true))
        {
            if (text is null)
            {
                continue;
            }

            if (Enum.TryParse(text, ignoreCase: true, out LogLevel level) && Enum.IsDefined(level))
            {
                levels[category] = level;
            }
            else
            {
                Fault($"{section}:{category}", text, $"one of {string.Join(", ", Enum.GetNames<LogLevel>())}");
            }
        }

        return levels;
    }

    private string? Text(string path) => _settings[path] is { Length: > 0 } text ? Resolve(text, path) : _settings[path];

    private string Resolve(string text, string path)
    {
        if (_names.TryResolve(text, out string resolved, out string? missing))
        {
            return resolved;
        }

        _faults.Add($"{FileName}: '{Spell(path)}' is '{text}', and there is no setting '{missing}'. Set it, or write the value.");
        return text;
    }

    private void Fault(string path, string value, string allowed) =>
        _faults.Add($"{FileName}: '{Spell(path)}' is '{value}'; allowed is {allowed}.");

    private static string Spell(string path) => path.Replace(':', '.');
}
