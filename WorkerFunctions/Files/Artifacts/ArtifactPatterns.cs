using FuncExec.Orchestrator.Reading;

namespace FuncExec.WorkerFunctions.Files.Artifacts;

/// <summary>The patterns of a step, taken together.</summary>
internal sealed class ArtifactPatterns
{
    private readonly GlobPattern[] _patterns;

    private ArtifactPatterns(GlobPattern[] patterns) => _patterns = patterns;

    /// <summary>Reads them; answers what is wrong with the first that is wrong, else null.</summary>
    public static string? TryRead(IReadOnlyList<string> texts, out ArtifactPatterns patterns)
    {
        patterns = new ArtifactPatterns([]);
        List<GlobPattern> read = [];
        foreach (string text in texts)
        {
            if (GlobPattern.Validate(text) is { } fault)
            {
                return $"The pattern '{text}' is wrong: {fault}";
            }

            read.Add(GlobPattern.Parse(text));
        }

        patterns = new ArtifactPatterns([.. read]);
        return null;
    }

    public bool IsMatch(string path) => Array.Exists(_patterns, pattern => pattern.IsMatch(path));

    /// <summary>Whether anything beneath a directory could match; if not, nobody looks there.</summary>
    public bool MayMatchBeneath(string directory) => Array.Exists(_patterns, pattern => pattern.MayMatchBeneath(directory));
}
