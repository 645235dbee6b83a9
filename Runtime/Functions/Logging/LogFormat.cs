using FuncExec.Runtime.Functions.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace FuncExec.Runtime.Functions.Logging;

/// <summary>For whom records are written: <c>FuncExec__Log__Format</c> is <c>text</c>, for people, or <c>json</c>.</summary>
internal sealed class LogFormat(IConfiguration configuration) : IConfigureOptions<ConsoleLoggerOptions>
{
    private const string Setting = "FuncExec:Log:Format";

    public void Configure(ConsoleLoggerOptions options) => options.FormatterName = Read(configuration);

    /// <summary>The formatter that the setting chooses.</summary>
    /// <exception cref="FunctionsStartException">It is neither.</exception>
    internal static string Read(IConfiguration configuration) => configuration[Setting]?.Trim().ToLowerInvariant() switch
    {
        null or "" or "text" => ConsoleFormatterNames.Simple,
        "json" => JsonLogFormatter.FormatterName,
        _ => throw new FunctionsStartException($"The setting 'FuncExec__Log__Format' is '{configuration[Setting]}'; allowed is text or json."),
    };
}
