using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>An artifact as it is shown.</summary>
/// <param name="Name">Its name in its job; what follows <c>artifacts/</c> in its address.</param>
/// <param name="Step">The step whose task left it.</param>
/// <param name="Index">The task's place in the step.</param>
/// <param name="Path">Where it lay in the attempt's directory.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256 as hexadecimal digits.</param>
/// <param name="Executable">Whether its owner may execute it.</param>
internal sealed record ArtifactView(string Name, string Step, int Index, string Path, long Size, string Sha256, bool Executable)
{
    public static ArtifactView Of(ArtifactRecord artifact, JobRecord job) => new(
        artifact.Name, job.Steps[artifact.Step].Name, artifact.Index, artifact.Path, artifact.Size, artifact.Hash, artifact.IsExecutable);
}
