namespace FuncExec.Orchestrator.Jobs;

/// <summary>Puts steps in an order in which each comes after those that it needs.</summary>
internal static class NeedsOrder
{
    /// <summary>
    /// The order of the steps that can be ordered, and for each step how many of its needs that order does not meet:
    /// above zero, it is in a circle or behind one. Every need must name a step.
    /// </summary>
    public static (IReadOnlyList<JobStep> Order, int[] Open) Sort(IReadOnlyList<JobStep> steps)
    {
        List<JobStep> order = new(steps.Count);
        int[] open = [.. steps.Select(static step => step.Needs.Count)];
        ILookup<string, int> dependants = steps
            .SelectMany(static (step, index) => step.Needs.Select(need => (need, index)))
            .ToLookup(static pair => pair.need, static pair => pair.index);
        Queue<int> ready = new(Enumerable.Range(0, steps.Count).Where(index => open[index] == 0));
        while (ready.TryDequeue(out int done))
        {
            order.Add(steps[done]);
            foreach (int dependant in dependants[steps[done].Name])
            {
                if (--open[dependant] == 0)
                {
                    ready.Enqueue(dependant);
                }
            }
        }

        return (order, open);
    }
}
