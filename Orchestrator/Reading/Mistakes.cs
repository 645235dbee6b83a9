namespace FuncExec.Orchestrator.Reading;

/// <summary>Collects mistakes up to the bound.</summary>
internal sealed class Mistakes
{
    private readonly List<JobMistake> _found = [];

    public IReadOnlyList<JobMistake> Found => _found;

    public bool IsEmpty => _found.Count == 0;

    /// <summary>Whether more would not be told.</summary>
    public bool IsFull => _found.Count >= JobLimits.Mistakes;

    public void Add(string path, string message)
    {
        if (!IsFull)
        {
            _found.Add(new JobMistake(path, message));
        }
    }
}
