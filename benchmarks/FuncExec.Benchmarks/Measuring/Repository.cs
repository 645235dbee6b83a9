namespace FuncExec.Benchmarks.Measuring;

/// <summary>The clone that this program was built in.</summary>
internal static class Repository
{
    /// <summary>Its top directory.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The directory that a project of it was built into, with the same configuration and framework as this one.</summary>
    public static string OutputOf(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Root, project, "bin", own.Parent!.Name, own.Name);
    }

    private static string Find(DirectoryInfo? place)
    {
        for (; place is not null; place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, "FuncExec.sln")))
            {
                return place.FullName;
            }
        }

        throw new InvalidOperationException("Run the benchmarks from where they were built, inside a clone.");
    }
}
