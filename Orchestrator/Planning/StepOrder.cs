namespace FuncExec.Orchestrator.Planning;

/// <summary>Puts steps in an order in which each comes after those that it needs.</summary>
internal static class StepOrder
{
    /// <summary>The places of all steps in such an order.</summary>
    /// <exception cref="InvalidOperationException">Some need each other in a circle, which reading a job rules out.</exception>
    public static IReadOnlyList<int> Of(PlannedJob plan)
    {
        List<int> order = new(plan.Steps.Count);
        int[] open = [.. plan.Steps.Select(static step => step.Needs.Count)];
        ILookup<int, int> dependants = plan.Steps
            .SelectMany(static (step, index) => step.Needs.Select(need => (need, index)))
            .ToLookup(static pair => pair.need, static pair => pair.index);
        Queue<int> ready = new(Enumerable.Range(0, open.Length).Where(step => open[step] == 0));
        while (ready.TryDequeue(out int done))
        {
            order.Add(done);
            foreach (int dependant in dependants[done])
            {
                if (--open[dependant] == 0)
                {
                    ready.Enqueue(dependant);
                }
            }
        }

        return order.Count == open.Length ? order : throw new InvalidOperationException("The needs of a step can never be met.");
    }
}
