using System.Text;
using FuncExec.ExecutorPlugins.Processes;

namespace FuncExec.ExecutorPlugins.Tests.Processes;

/// <summary>Commands to run in tests.</summary>
internal static class Commands
{
    public static readonly string DummyPath = Path.Combine(AppContext.BaseDirectory, "FuncExec.Tests.Dummy");

    private static readonly Dictionary<string, string> CleanEnvironment = new()
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
        ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../..")),
    };

    public static ProcessCommand Dummy(params string[] arguments) => Command(DummyPath, arguments);

    public static ProcessCommand Shell(string script) => Command("/bin/sh", "-c", script);

    public static ProcessCommand Command(string fileName, params string[] arguments) => new()
    {
        FileName = fileName,
        Arguments = arguments,
        Environment = CleanEnvironment,
        WorkingDirectory = Path.GetTempPath(),
        KillGrace = TimeSpan.FromMilliseconds(300),
    };

    public static ProcessCommand Reading(this ProcessCommand command, string input) => command with { Input = Encoding.UTF8.GetBytes(input) };

    public static ProcessCommand With(this ProcessCommand command, string variable, string value) =>
        command with { Environment = new Dictionary<string, string>(command.Environment) { [variable] = value } };
}
