using System.Text.Json;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Reading;

/// <summary>
/// Reads <c>artifacts</c>: an array of globs, or an object such as <c>{"paths": ["out/**"], "when": "always"}</c>.
/// </summary>
internal static class ArtifactsReader
{
    private const string Member = "artifacts";

    public static ArtifactRule? Read(ObjectReader reader, Mistakes mistakes)
    {
        if (!reader.TryTake(Member, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Array)
        {
            return new ArtifactRule { Paths = ReadPaths(reader, Member, mistakes) };
        }

        if (value.ValueKind is not JsonValueKind.Object)
        {
            reader.Mistake(Member, "must be an array of globs, or an object with 'paths' and 'when'");
            return null;
        }

        ObjectReader rule = new(value, reader.PathOf(Member), mistakes);
        List<string> paths = ReadPaths(rule, "paths", mistakes);
        string when = rule.TakeText("when") ?? "success";
        if (when is not ("success" or "always"))
        {
            rule.Mistake("when", "must be \"success\" or \"always\"");
        }

        rule.Finish();
        return new ArtifactRule { Paths = paths, Always = when == "always" };
    }

    private static List<string> ReadPaths(ObjectReader reader, string member, Mistakes mistakes)
    {
        List<string> paths = [];
        int before = mistakes.Found.Count;
        foreach ((JsonElement item, string path) in reader.TakeItems(member))
        {
            if (mistakes.IsFull)
            {
                break;
            }

            if (item.ValueKind is not JsonValueKind.String)
            {
                mistakes.Add(path, "must be a glob such as \"out/**\"");
            }
            else if (WhyNoGlob(item.GetString()!) is { } reason)
            {
                mistakes.Add(path, reason);
            }
            else if (paths.Count >= JobLimits.ArtifactPaths)
            {
                reader.Mistake(member, $"has more than {JobLimits.ArtifactPaths} globs");
                break;
            }
            else
            {
                paths.Add(item.GetString()!);
            }
        }

        if (paths.Count == 0 && mistakes.Found.Count == before)
        {
            reader.Mistake(member, "must not be empty");
        }

        return paths;
    }

    private static string? WhyNoGlob(string glob) => glob.Length is 0 or > JobLimits.ArtifactPathLength
        ? $"must have 1 to {JobLimits.ArtifactPathLength} characters"
        : GlobPattern.Validate(glob);
}
