namespace FuncExec.Container.Tests;

/// <summary>The images of the Containerfile, built once from what was built here, on a base of this machine's files.</summary>
public sealed class ImagesFixture : IAsyncLifetime
{
    internal const string Service = "localhost/funcexec/service:test";
    internal const string Worker = "localhost/funcexec/worker:test";
    internal const string Cli = "localhost/funcexec/cli:test";
    internal const string Sample = "localhost/funcexec/sample:test";
    private const string Base = "localhost/funcexec/base:test";

    internal Engine Engine { get; } = new();

    public async Task InitializeAsync()
    {
        string work = Directory.CreateTempSubdirectory("funcexec-images-").FullName;
        try
        {
            string root = Path.Combine(work, "root");
            BaseImage.Write(root);
            await Engine.ImportAsync(root, Base);
            string context = Path.Combine(work, "context");
            WriteContext(context);
            foreach ((string target, string image) in ((string, string)[])[("service", Service), ("worker", Worker), ("cli", Cli)])
            {
                // Docker's format: the other one has no health check.
                await Engine.RunAsync(
                    "build", "--format", "docker", "--build-arg", "SOURCE=from-publish", "--build-arg", "RUNTIME_IMAGE=" + Base,
                    "--target", target, "-t", image, "-f", Path.Combine(Repository.Root, "Containerfile"), context);
            }

            await Engine.RunAsync(
                "build", "--format", "docker", "--build-arg", "WORKER_IMAGE=" + Worker, "-t", Sample, Path.Combine(Repository.Root, "samples", "WorkerImage"));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    public async Task DisposeAsync() => await Engine.DisposeAsync();

    private static void WriteContext(string context)
    {
        BaseImage.CopyTree(Output("WorkerFunctions"), Path.Combine(context, "publish", "service"));
        BaseImage.CopyTree(Output("Cli"), Path.Combine(context, "publish", "cli"));
        Directory.CreateDirectory(Path.Combine(context, "publish", "data"));
        BaseImage.CopyTree(Path.Combine(Repository.Root, "containers"), Path.Combine(context, "containers"));
    }

    private static string Output(string project) => Path.Combine(Repository.Root, project, "bin", Repository.Configuration, Repository.Framework);
}
