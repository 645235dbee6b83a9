using FuncExec.ExecutorPlugins.Http.Network;
using Microsoft.Extensions.Configuration;

namespace FuncExec.ExecutorPlugins.Http;

/// <summary>The settings of <see cref="HttpExecutor"/>, in the configuration below <see cref="Section"/>.</summary>
public sealed record HttpExecutorOptions
{
    /// <summary>Where the settings stand in the configuration.</summary>
    public const string Section = "FuncExec:Executors:Http";

    /// <summary>What <see cref="MaxResponseBytes"/> may be at most: 1 TiB.</summary>
    public const long LargestResponseBytes = 1L << 40;

    internal const string AllowedAddressesSetting = "FuncExec__Executors__Http__AllowedAddresses";

    private const string MaxResponseBytesSetting = "FuncExec__Executors__Http__MaxResponseBytes";
    private const string ConnectTimeoutSetting = "FuncExec__Executors__Http__ConnectTimeout";

    private static readonly TimeSpan ShortestConnect = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestConnect = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How many bytes an answer's body may have, counted after decompression: the default and the upper bound of a
    /// payload's own <c>maxResponseBytes</c>. 1 to <see cref="LargestResponseBytes"/>; default 64 MiB.
    /// </summary>
    public long MaxResponseBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>How long name, connection and TLS handshake may take together, 100 ms to 2 min; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What may be connected to although it is no public address: addresses (<c>127.0.0.1</c>), networks
    /// (<c>10.0.0.0/8</c>) and host names (<c>build.internal</c>), whose addresses are then taken on trust. Default none.
    /// </summary>
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];

    /// <summary>Reads the settings; lists are arrays or separated by commas.</summary>
    /// <exception cref="ArgumentException">Settings are wrong: all of them, by name, with what is allowed.</exception>
    public static HttpExecutorOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        SettingReader reader = new(configuration.GetSection(Section));
        HttpExecutorOptions defaults = new();
        HttpExecutorOptions options = new()
        {
            MaxResponseBytes = reader.Integer(nameof(MaxResponseBytes)) ?? defaults.MaxResponseBytes,
            ConnectTimeout = reader.Duration(nameof(ConnectTimeout)) ?? defaults.ConnectTimeout,
            AllowedAddresses = reader.List(nameof(AllowedAddresses)),
        };
        options.Check(reader.Faults);
        return options;
    }

    /// <summary>Refuses values out of their range, together with faults that were found before.</summary>
    internal AllowedAddresses Check(IReadOnlyList<string> earlier)
    {
        List<string> faults = [.. earlier];
        if (MaxResponseBytes is < 1 or > LargestResponseBytes)
        {
            faults.Add($"The setting '{MaxResponseBytesSetting}' is {MaxResponseBytes}; allowed is a whole number of bytes, 1 to {LargestResponseBytes}.");
        }

        if (ConnectTimeout < ShortestConnect || ConnectTimeout > LongestConnect)
        {
            faults.Add($"The setting '{ConnectTimeoutSetting}' is {ConnectTimeout:c}; allowed is {ShortestConnect:c} to {LongestConnect:c}.");
        }

        List<string> entries = [];
        AllowedAddresses allowed = Network.AllowedAddresses.Read(AllowedAddresses, entries);
        faults.AddRange(entries.Select(static entry => $"The setting '{AllowedAddressesSetting}' has an entry that cannot be used: {entry}."));
        return faults.Count == 0 ? allowed : throw new ArgumentException(string.Join(' ', faults));
    }
}
