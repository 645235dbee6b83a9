namespace FuncExec.Samples.Tests;

/// <summary>Apps as the templates of the official tools begin them.</summary>
public sealed class TemplateTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("funcexec-template-").FullName;

    [Theory]
    [InlineData("FuncExec.Templates.Application")]
    [InlineData("FuncExec.Templates.HostBuilder")]
    public async Task Template_starts_and_says_once_what_has_no_effect(string app)
    {
        await using SampleApp running = await SampleApp.StartAsync(Path.Combine("tests", app), app + ".dll", _data);

        Assert.Equal("Welcome to Azure Functions!", await running.Http.GetStringAsync("/api/Welcome"));
        string[] said = [.. running.Started.Split('\n').Where(static line => line.Contains("OpenTelemetry", StringComparison.Ordinal))];
        Assert.Equal(2, said.Length);
        Assert.Contains("AddApplicationInsightsTelemetryWorkerService has no effect", said[0], StringComparison.Ordinal);
        Assert.Contains("ConfigureFunctionsApplicationInsights has no effect", said[1], StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);
}
