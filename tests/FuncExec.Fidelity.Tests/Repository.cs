namespace FuncExec.Fidelity.Tests;

/// <summary>Where these tests were built, and what they need of the repository.</summary>
internal static class Repository
{
    // …/tests/this project/bin/configuration/framework
    private static readonly DirectoryInfo s_bin = new(AppContext.BaseDirectory);
    private static readonly DirectoryInfo s_tests = s_bin.Parent!.Parent!.Parent!.Parent!;

    /// <summary>The built app of the facts.</summary>
    public static string App { get; } = Path.Combine(
        s_tests.FullName, "FuncExec.Fidelity.App", "bin", s_bin.Parent!.Name, s_bin.Name, "FuncExec.Fidelity.App.dll");

    /// <summary>The page that tells of the facts.</summary>
    public static string Page { get; } = Path.Combine(s_tests.Parent!.FullName, "docs", "fidelity.md");
}
