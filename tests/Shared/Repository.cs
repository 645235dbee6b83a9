namespace FuncExec.Tests.Shared;

/// <summary>Where these tests were built, and how.</summary>
internal static class Repository
{
    // …/tests/this project/bin/configuration/framework
    private static readonly DirectoryInfo s_bin = new(AppContext.BaseDirectory);

    public static string Root { get; } = s_bin.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    public static string Configuration => s_bin.Parent!.Name;

    public static string Framework => s_bin.Name;
}
