using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>The sources of an app's configuration, as the official builders add them; files are not watched.</summary>
internal static class AppConfiguration
{
    private const string OfficialPrefix = "AZURE_FUNCTIONS_";

    /// <summary>The environment's name. Default: Production.</summary>
    public static string EnvironmentName() =>
        Environment.GetEnvironmentVariable(OfficialPrefix + "ENVIRONMENT")
        ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
        ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
        ?? Environments.Production;

    /// <summary>Adds the sources, weakest first.</summary>
    public static void AddSources(IConfigurationBuilder configuration, RuntimeSource source, IHostEnvironment environment)
    {
        foreach (string name in new[] { "appsettings.json", $"appsettings.{environment.EnvironmentName}.json" })
        {
            // Asking first spares the start a file provider where there is no such file.
            if (File.Exists(Path.Combine(source.Directory, name)))
            {
                configuration.AddJsonFile(Path.Combine(source.Directory, name), optional: true, reloadOnChange: false);
            }
        }

        if (environment.IsDevelopment())
        {
            configuration.AddUserSecrets(source.Entry, optional: true, reloadOnChange: false);
        }

        AddProcess(configuration, source);
    }

    /// <summary>Adds the environment under the official prefix, such as <c>AZURE_FUNCTIONS_ENVIRONMENT</c>.</summary>
    public static void AddOfficial(IConfigurationBuilder configuration) => configuration.AddEnvironmentVariables(OfficialPrefix);

    /// <summary>Adds environment and command line.</summary>
    public static void AddProcess(IConfigurationBuilder configuration, RuntimeSource source)
    {
        AddOfficial(configuration);
        configuration.AddEnvironmentVariables();
        if (source.Arguments.Length > 0)
        {
            configuration.AddCommandLine(source.Arguments);
        }
    }
}
