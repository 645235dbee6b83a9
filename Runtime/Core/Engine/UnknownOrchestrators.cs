using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// Tells at start which unfinished instances this build has no code for, by the names of their orchestrators: one that
/// was renamed or deleted, or a new generation of one that an older build does not know.
/// </summary>
internal static class UnknownOrchestrators
{
    private const int PageSize = 1_000;

    /// <summary>How many ids a message has: enough to look at one, and as a rule all.</summary>
    private const int MostIds = 5;

    private static readonly InstanceStatus[] Unfinished = [.. Enum.GetValues<InstanceStatus>().Where(static status => !status.IsFinished())];

    /// <summary>Logs once for each such orchestrator. The session is open, and nothing runs yet.</summary>
    public static async Task TellAsync(EngineNode node, CancellationToken cancellationToken)
    {
        foreach ((string name, Found found) in await FindAsync(node, cancellationToken).ConfigureAwait(false))
        {
            string known = string.Join(", ", node.Registry.Orchestrators.Order(StringComparer.OrdinalIgnoreCase).Select(static one => $"'{one}'"));
            string ids = string.Join(", ", found.Ids) + (found.Count > found.Ids.Count ? ", …" : "");
            if (node.Left.HasOthers)
            {
                node.Log.OrchestratorLeft(found.Count, name, ids, known.Length == 0 ? "none" : known);
            }
            else
            {
                node.Log.OrchestratorUnknown(found.Count, name, ids, known.Length == 0 ? "none" : known);
            }
        }
    }

    private static async Task<SortedDictionary<string, Found>> FindAsync(EngineNode node, CancellationToken cancellationToken)
    {
        SortedDictionary<string, Found> unknown = new(StringComparer.Ordinal);
        for (long? after = 0; after is not null;)
        {
            InstanceQuery query = new()
            {
                Statuses = Unfinished,
                InstanceIdPrefixNot = EntityMessages.Mark.ToString(),
                PageSize = PageSize,
                AfterKey = after.Value,
            };
            InstancePage page = await node.Hub.QueryInstancesAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (InstanceRecord instance in page.Items.Where(instance => !node.Registry.TryGetOrchestrator(instance.Name, out _)))
            {
                if (!unknown.TryGetValue(instance.Name, out Found? found))
                {
                    unknown[instance.Name] = found = new Found();
                }

                found.Add(instance.InstanceId);
            }

            after = page.NextAfterKey;
        }

        return unknown;
    }

    private sealed class Found
    {
        public int Count { get; private set; }

        public List<string> Ids { get; } = [];

        public void Add(string instanceId)
        {
            Count++;
            if (Ids.Count < MostIds)
            {
                Ids.Add(instanceId);
            }
        }
    }
}
