using FuncExec.Ledger.Azure.Jobs;

namespace FuncExec.Ledger.Azure.Operations;

/// <summary>
/// Writes the rows of a task's artifacts. Those beyond the first row are written before the commit, under the claim's token, which
/// the first row names: nobody finds them before.
/// </summary>
internal static class ArtifactRows
{
    private const int MostWeight = 128 * 1024;

    /// <summary>The artifacts of an attempt take the place of those of the attempts before.</summary>
    internal static void Replace(JobWork work, string stepName, TaskPlace place, AttemptEnd end)
    {
        List<List<ArtifactData>> parts = Divide(end.Artifacts.OrderBy(static artifact => artifact.Name, StringComparer.Ordinal));
        work.Put(RowKeys.Artifacts(stepName, place.Index), Write(new ArtifactsData(place.Step, place.Index, end.Token, parts.Count - 1, parts[0])));
        for (int i = 1; i < parts.Count; i++)
        {
            work.PutBefore(RowKeys.FurtherArtifacts(place, end.Token, i - 1), Write(new ArtifactsData(place.Step, place.Index, end.Token, 0, parts[i])));
        }
    }

    private static byte[] Write(ArtifactsData data) => LedgerJson.Write(data, LedgerJson.Default.ArtifactsData);

    private static List<List<ArtifactData>> Divide(IEnumerable<ArtifactRecord> artifacts)
    {
        List<List<ArtifactData>> parts = [[]];
        int weight = 0;
        foreach (ArtifactRecord artifact in artifacts)
        {
            int more = ArtifactData.WeightOf(artifact);
            if (weight > 0 && weight + more > MostWeight)
            {
                parts.Add([]);
                weight = 0;
            }

            parts[^1].Add(ArtifactData.Of(artifact));
            weight += more;
        }

        return parts;
    }
}
