using System.Text.Json;

namespace FuncExec.WorkerFunctions.Tests.Api.Support;

/// <summary>Job documents for tests.</summary>
internal static class Documents
{
    /// <summary>A job of one command.</summary>
    public static string Command(string command, params string[] args) => JsonSerializer.Serialize(new { command, args });

    /// <summary>A job of one script.</summary>
    public static string Script(string script, params string[] args) => JsonSerializer.Serialize(new { command = script, args, shell = true });

    /// <summary>A script that goes on until a file is there.</summary>
    public static string Until(string path) => $"while [ ! -e '{path}' ]; do sleep 0.02; done";
}
