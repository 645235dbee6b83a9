using System.Text.Json;

namespace FuncExec.Runtime.Functions.Settings;

/// <summary>
/// <c>local.settings.json</c>: its values become environment variables of this process unless they are set already,
/// as <c>func start</c> does, so that configuration and child processes see them.
/// </summary>
internal static class LocalSettings
{
    /// <summary>The file's name.</summary>
    public const string FileName = "local.settings.json";

    private static readonly JsonDocumentOptions _lenient =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads the file, where there is one. Answers the port that it gives to the host, or null.</summary>
    /// <exception cref="FunctionsStartException">The file cannot be read.</exception>
    public static int? Apply(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path), _lenient);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new FunctionsStartException($"{path} is not a JSON object.");
            }

            if (Find(root, "IsEncrypted") is { ValueKind: JsonValueKind.True })
            {
                throw new FunctionsStartException($"{path} is encrypted. Decrypt it with 'func settings decrypt'.");
            }

            SetAll(Find(root, "Values"), "", path);
            SetAll(Find(root, "ConnectionStrings"), "ConnectionStrings:", path);
            return Find(root, "Host") is { ValueKind: JsonValueKind.Object } host && Find(host, "LocalHttpPort") is { } port
                ? ReadPort(port, path)
                : null;
        }
        catch (JsonException exception)
        {
            throw new FunctionsStartException($"{path} is not valid JSON: {exception.Message}", exception);
        }
    }

    private static void SetAll(JsonElement? section, string prefix, string path)
    {
        if (section is not { ValueKind: JsonValueKind.Object } values)
        {
            return;
        }

        foreach (JsonProperty value in values.EnumerateObject())
        {
            string? text = value.Value.ValueKind switch
            {
                JsonValueKind.String => value.Value.GetString(),
                JsonValueKind.Object => Find(value.Value, "ConnectionString")?.GetString(),
                JsonValueKind.Array => throw new FunctionsStartException($"{path}: '{value.Name}' is a list. Settings are texts."),
                _ => value.Value.ToString(),
            };
            if (text is not null && Environment.GetEnvironmentVariable(prefix + value.Name) is null)
            {
                Environment.SetEnvironmentVariable(prefix + value.Name, text);
            }
        }
    }

    private static int ReadPort(JsonElement port, string path) =>
        int.TryParse(port.ToString(), out int number) && number is >= 0 and <= 65535
            ? number
            : throw new FunctionsStartException($"{path}: Host.LocalHttpPort is '{port}'; it is a port, 0 to 65535.");

    private static JsonElement? Find(JsonElement parent, string name)
    {
        foreach (JsonProperty property in parent.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }
}
