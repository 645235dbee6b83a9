namespace FuncExec.Ledger.Azure.Tests;

/// <summary>How much the tests of faults and kills do.</summary>
internal static class TestForm
{
    /// <summary>Whether the long form was asked for.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1";

    /// <summary>A number for what is random, the one of an earlier run where it was given.</summary>
    public static int NewSeed() => Environment.GetEnvironmentVariable("FUNCEXEC_SEED") is { } given ? int.Parse(given) : Random.Shared.Next();
}
