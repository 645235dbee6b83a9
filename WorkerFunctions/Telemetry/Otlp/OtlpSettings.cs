using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Telemetry.Otlp;

/// <summary>
/// What is sent by OTLP, from the usual <c>OTEL_*</c> variables. Nothing is, until an endpoint is set. It knows no type of
/// OpenTelemetry, so that a service without an endpoint loads none.
/// </summary>
/// <param name="Traces">Where spans go, or null.</param>
/// <param name="Metrics">Where figures go, or null.</param>
/// <param name="Logs">Where log records go, or null.</param>
internal sealed record OtlpSettings(OtlpSignal? Traces, OtlpSignal? Metrics, OtlpSignal? Logs)
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    /// <summary>What is sent of nothing.</summary>
    public static OtlpSettings Nothing { get; } = new(null, null, null);

    /// <summary>Whether anything is sent.</summary>
    public bool IsAny => this != Nothing;

    /// <summary>Reads them.</summary>
    /// <exception cref="OptionsValidationException">One is wrong: all of those, by name.</exception>
    public static OtlpSettings Read(IConfiguration configuration)
    {
        if (string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return Nothing;
        }

        List<string> faults = [];
        OtlpSettings settings = new(
            ReadSignal(configuration, "TRACES", "v1/traces", faults),
            ReadSignal(configuration, "METRICS", "v1/metrics", faults),
            ReadSignal(configuration, "LOGS", "v1/logs", faults));
        return faults.Count == 0 ? settings : throw new OptionsValidationException(nameof(OtlpSettings), typeof(OtlpSettings), faults.Distinct());
    }

    private static OtlpSignal? ReadSignal(IConfiguration configuration, string signal, string path, List<string> faults)
    {
        if (string.Equals(configuration[$"OTEL_{signal}_EXPORTER"], "none", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        (string endpointName, string? endpoint) = Find("ENDPOINT");
        if (endpoint is null)
        {
            return null;
        }

        (string protocolName, string? protocol) = Find("PROTOCOL");
        if (protocol is not (null or "grpc" or "http/protobuf"))
        {
            faults.Add($"The setting '{protocolName}' is '{protocol}'; allowed is grpc or http/protobuf.");
        }

        (string timeoutName, string? timeout) = Find("TIMEOUT");
        if (!int.TryParse(timeout ?? "10000", NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds) || milliseconds is < 1 or > 600_000)
        {
            faults.Add($"The setting '{timeoutName}' is '{timeout}'; allowed is a whole number of milliseconds, 1 to 600000.");
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            faults.Add($"The setting '{endpointName}' is no address; allowed is http://host:port or https://host:port, with a path or without.");
            return null;
        }

        bool isHttp = protocol == "http/protobuf";
        bool isCommon = endpointName == Prefix + "ENDPOINT";
        return new OtlpSignal(isHttp && isCommon ? Below(address, path) : address, isHttp, Find("HEADERS").Value, TimeSpan.FromMilliseconds(milliseconds));

        // The signal's own setting goes before that of all.
        (string Name, string? Value) Find(string what)
        {
            string own = $"{Prefix}{signal}_{what}";
            return configuration[own] is { Length: > 0 } value ? (own, value)
                : (Prefix + what, configuration[Prefix + what] is { Length: > 0 } common ? common : null);
        }
    }

    private static Uri Below(Uri address, string path)
    {
        UriBuilder below = new(address);
        below.Path = below.Path.TrimEnd('/') + "/" + path;
        return below.Uri;
    }
}
