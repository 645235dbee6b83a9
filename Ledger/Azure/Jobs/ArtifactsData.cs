namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>
/// The artifacts of a task by name: the first ones in its own row, which says how many further rows there are, under the token
/// of the claim that left them.
/// </summary>
internal sealed record ArtifactsData(int Step, int Index, long Token, int FurtherRows, IReadOnlyList<ArtifactData> Artifacts);

/// <summary>An artifact. Its task is the row's, its name follows from that.</summary>
internal sealed record ArtifactData(string Path, long Size, byte[] Hash, bool IsExecutable)
{
    /// <summary>About how many bytes it takes.</summary>
    internal static int WeightOf(ArtifactRecord artifact) => 128 + (3 * artifact.Path.Length);

    internal static ArtifactData Of(ArtifactRecord artifact) =>
        new(artifact.Path, artifact.Size, Convert.FromHexString(artifact.Hash), artifact.IsExecutable);

    internal ArtifactRecord ToRecord(string prefix, TaskPlace place) =>
        new(place.Step, place.Index, Path, Size, Convert.ToHexStringLower(Hash), IsExecutable) { Name = prefix + Path };
}
