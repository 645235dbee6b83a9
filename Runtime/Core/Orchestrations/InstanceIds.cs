namespace FuncExec.Runtime.Orchestrations;

/// <summary>Which ids an orchestration may have.</summary>
internal static class InstanceIds
{
    /// <summary>The longest, by the official rule.</summary>
    private const int MaxLength = 100;

    /// <exception cref="ArgumentException">It may not have this one.</exception>
    public static void Check(string instanceId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        if (instanceId.Length > MaxLength || instanceId.StartsWith('@') || instanceId.AsSpan().IndexOfAny("/\\#?") >= 0 || instanceId.Any(char.IsControl))
        {
            throw new ArgumentException(
                $"An instance id has at most {MaxLength} characters, does not begin with '@' and contains none of / \\ # ? nor control characters.",
                nameof(instanceId));
        }
    }
}
