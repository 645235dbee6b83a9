namespace FuncExec.Orchestrator.Reading;

/// <summary>Guesses which name was meant.</summary>
internal static class NearestName
{
    private const int Longest = 64;

    /// <summary>" Did you mean 'x'?", or nothing where no name is near.</summary>
    public static string Hint(string written, IEnumerable<string> names)
    {
        string? nearest = Find(written, names);
        return nearest is null ? "" : $" Did you mean '{nearest}'?";
    }

    /// <summary>The name that differs least, letters' case aside, by at most a third of its letters; or null.</summary>
    public static string? Find(string written, IEnumerable<string> names)
    {
        if (written.Length is 0 or > Longest)
        {
            return null;
        }

        string? nearest = null;
        int least = int.MaxValue;
        foreach (string name in names)
        {
            int distance = name.Length > Longest ? int.MaxValue : Distance(Fold(written), Fold(name));
            if (distance < least && distance <= Math.Max(1, name.Length / 3))
            {
                (nearest, least) = (name, distance);
            }
        }

        return nearest;
    }

    private static string Fold(string text) => text.Replace("_", "").Replace("-", "").ToLowerInvariant();

    /// <summary>How many letters must be changed, added, taken away, or swapped with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }
}
