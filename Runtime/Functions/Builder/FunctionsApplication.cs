namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a Functions app begins.</summary>
public class FunctionsApplication
{
    /// <summary>Begins an app.</summary>
    /// <param name="args">The command line: <c>--urls</c>, <c>--no-auth</c>, and any setting as <c>--name value</c>.</param>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
