using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Reading;

/// <summary>Checks that steps need steps that are there, and none itself in the end.</summary>
internal static class NeedsCheck
{
    public static void Check(IReadOnlyList<JobStep> steps, Mistakes mistakes)
    {
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int i = 0; i < steps.Count; i++)
        {
            if (steps[i].Name.Length > 0 && !indices.TryAdd(steps[i].Name, i))
            {
                mistakes.Add($"$.steps[{i}].name", $"is the name of steps[{indices[steps[i].Name]}] too");
            }
        }

        if (steps.Sum(static step => (long)step.Needs.Count) > JobLimits.Needs)
        {
            mistakes.Add("$.steps", $"have more than {JobLimits.Needs} needs together");
            return;
        }

        bool known = true;
        for (int i = 0; i < steps.Count; i++)
        {
            for (int need = 0; need < steps[i].Needs.Count; need++)
            {
                if (!indices.ContainsKey(steps[i].Needs[need]))
                {
                    known = false;
                    mistakes.Add($"$.steps[{i}].needs[{need}]", $"names no step of this job.{NearestName.Hint(steps[i].Needs[need], indices.Keys)}");
                }
            }
        }

        if (known && mistakes.IsEmpty && FindCycle(steps, indices) is { } cycle)
        {
            mistakes.Add("$.steps", $"need each other in a circle: {cycle}");
        }
    }

    private static string? FindCycle(IReadOnlyList<JobStep> steps, Dictionary<string, int> indices)
    {
        int[] open = NeedsOrder.Sort(steps).Open;
        int start = Array.FindIndex(open, static count => count > 0);
        return start < 0 ? null : Describe(steps, indices, open, start);
    }

    /// <summary>Follows needs that are not met until a step comes again.</summary>
    private static string Describe(IReadOnlyList<JobStep> steps, Dictionary<string, int> indices, int[] open, int start)
    {
        const int shown = 20;
        List<int> path = [];
        HashSet<int> seen = [];
        int current = start;
        while (seen.Add(current))
        {
            path.Add(current);
            current = steps[current].Needs.Select(need => indices[need]).First(index => open[index] > 0);
        }

        List<string> names = [.. path.Skip(path.IndexOf(current)).Select(index => steps[index].Name)];
        string rest = names.Count > shown ? $" → … ({names.Count - shown} more)" : "";
        return $"{string.Join(" → ", names.Take(shown))}{rest} → {steps[current].Name}";
    }
}
