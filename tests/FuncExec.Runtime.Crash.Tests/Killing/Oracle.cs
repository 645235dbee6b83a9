namespace FuncExec.Runtime.Crash.Tests.Killing;

/// <summary>What the journal says.</summary>
internal sealed class Oracle
{
    private readonly HashSet<string> _runs = [];
    private readonly HashSet<string> _acknowledged = [];

    public Oracle(IEnumerable<string> lines)
    {
        foreach (string[] words in lines.Select(line => line.Split(' ')))
        {
            switch (words)
            {
                case ["activity", var instance, var task, var token]:
                    Assert.True(_runs.Add($"{instance} {task} {token}"), $"The token {token} is there twice.");
                    break;
                case ["ack", var instance]:
                    _acknowledged.Add(instance);
                    break;
                default:
                    Assert.True(words is ["ask" or "child", _], $"An odd line: {string.Join(' ', words)}");
                    break;
            }
        }
    }

    /// <summary>The instances whose client was told that they exist.</summary>
    public IReadOnlySet<string> Acknowledged => _acknowledged;

    /// <summary>How many times an activity ran.</summary>
    public int Runs => _runs.Count;

    /// <summary>Whether that run took place.</summary>
    public bool Ran(string instance, int task, string token) => _runs.Contains($"{instance} {task} {token}");
}
