namespace FuncExec.Samples.Tests;

/// <summary>A test of one sample, with a data directory of its own.</summary>
public abstract class SampleTest : IDisposable
{
    private readonly string _sample;
    private readonly string _data;

    protected SampleTest(string sample)
    {
        _sample = sample;
        Scratch = Directory.CreateTempSubdirectory("funcexec-sample-").FullName;
        _data = Path.Combine(Scratch, "data");
    }

    /// <summary>A directory for the test's own files; the sample's data lies beneath.</summary>
    protected string Scratch { get; }

    private protected Task<SampleApp> StartAsync() => SampleApp.StartAsync(_sample, _data);

    /// <summary>The key that the sample made at its first start.</summary>
    protected async Task<string> ReadKeyAsync() => (await File.ReadAllTextAsync(Path.Combine(_data, "key"))).Trim();

    public void Dispose()
    {
        Directory.Delete(Scratch, recursive: true);
        GC.SuppressFinalize(this);
    }
}
