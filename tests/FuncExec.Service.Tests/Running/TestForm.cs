using System.Globalization;

namespace FuncExec.Service.Tests.Running;

/// <summary>How much is tried, and from which seed; by environment.</summary>
internal static class TestForm
{
    /// <summary>Whether the long forms run: FUNCEXEC_LONG=1.</summary>
    public static bool IsLong => Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1";

    /// <summary>What makes every random choice: FUNCEXEC_SEED, or another one each time.</summary>
    public static int Seed { get; } = Environment.GetEnvironmentVariable("FUNCEXEC_SEED") is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : Random.Shared.Next();
}
