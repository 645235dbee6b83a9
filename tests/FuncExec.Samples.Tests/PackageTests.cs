using System.Text.Json;
using FuncExec.Tests.Shared;

namespace FuncExec.Samples.Tests;

/// <summary>An app in a folder of its own, which knows the runtime by its packages only, from a feed that is a folder.</summary>
public sealed class PackageTests : IAsyncLifetime
{
    private const string Version = "0.1.0-test";

    private const string Project = $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <AzureFunctionsVersion>v4</AzureFunctionsVersion>
            <OutputType>Exe</OutputType>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="FuncExec.Runtime.Functions" Version="{Version}" />
            <PackageReference Include="FuncExec.Runtime.Sqlite" Version="{Version}" />
          </ItemGroup>
        </Project>
        """;

    private readonly string _scratch = Directory.CreateTempSubdirectory("funcexec-packages-").FullName;

    private string App => Path.Combine(_scratch, "App");

    public async Task InitializeAsync()
    {
        await PackAsync(Version, "Transfer", "Core", "Functions", "SqliteFiles", "Sqlite");

        // What else the packages need was restored for the repository: nothing is downloaded.
        string packages = (await DotNet.RunAsync(_scratch, "nuget", "locals", "global-packages", "--list")).Split(':', 2)[1].Trim();
        await File.WriteAllTextAsync(Path.Combine(_scratch, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="restored" /></config>
              <fallbackPackageFolders><add key="restored before" value="{packages}" /></fallbackPackageFolders>
              <packageSources><clear /><add key="funcexec" value="feed" /></packageSources>
            </configuration>
            """);
        Directory.CreateDirectory(App);
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "samples", "ClassBased")).Where(static file => !file.EndsWith(".csproj", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(App, Path.GetFileName(file)));
        }
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_scratch, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_app_is_built_and_runs_from_packages()
    {
        await File.WriteAllTextAsync(Path.Combine(App, "App.csproj"), Project);
        await DotNet.RunAsync(App, "build", "-c", "Release", "-nodeReuse:false");

        await using SampleApp app = await SampleApp.StartProgramAsync(
            Path.Combine(App, "bin", "Release", "net10.0", "App.dll"), Path.Combine(_scratch, "data"));
        JsonElement links = await app.StartInstanceAsync("/api/baskets", new { items = (string[])["tea", "cake", "tea"] });
        await app.Http.PostAsync($"/api/baskets/{links.GetProperty("id").GetString()}/12", null);

        Assert.Equal("paid 12.0, 12.0 in the till", (await app.EndAsync(links)).GetProperty("output").GetString());
    }

    [Fact]
    public async Task Both_runtimes_at_once_are_refused_by_name()
    {
        string official = Path.Combine(_scratch, "Microsoft.DurableTask.Abstractions");
        Directory.CreateDirectory(official);
        await File.WriteAllTextAsync(Path.Combine(official, "Microsoft.DurableTask.Abstractions.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(App, "App.csproj"), Project.Replace(
            "</ItemGroup>",
            "<ProjectReference Include=\"../Microsoft.DurableTask.Abstractions/Microsoft.DurableTask.Abstractions.csproj\" /></ItemGroup>",
            StringComparison.Ordinal));

        string said = await DotNet.FailAsync(App, "build", "-c", "Release", "-nodeReuse:false");

        Assert.Contains("error FXR001: App references FuncExec.Runtime.Functions and also Microsoft.DurableTask.Abstractions", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packages_of_different_versions_are_refused_by_name()
    {
        await PackAsync("0.2.0-test", "Transfer", "Core", "SqliteFiles", "Sqlite");
        await File.WriteAllTextAsync(Path.Combine(App, "App.csproj"), Project.Replace(
            $"Sqlite\" Version=\"{Version}\"", "Sqlite\" Version=\"0.2.0-test\"", StringComparison.Ordinal));

        string said = await DotNet.FailAsync(App, "build", "-c", "Release", "-nodeReuse:false");

        Assert.Contains("error FXR002: App references FuncExec.Runtime packages of different versions: ", said, StringComparison.Ordinal);
        Assert.Contains($"FuncExec.Runtime.Functions {Version}", said, StringComparison.Ordinal);
        Assert.Contains("FuncExec.Runtime.Sqlite 0.2.0-test", said, StringComparison.Ordinal);
    }

    private async Task PackAsync(string version, params string[] projects)
    {
        foreach (string project in projects)
        {
            await DotNet.RunAsync(
                Repository.Root, "pack", Path.Combine("Runtime", project), "--no-build", "-c", Repository.Configuration, "-v", "quiet",
                "-o", Path.Combine(_scratch, "feed"), $"-p:Version={version}");
        }
    }
}
