namespace FuncExec.Cli.Output;

/// <summary>Nobody reads the stream any more.</summary>
internal sealed class ClosedOutputException() : IOException("Nobody reads the output any more.");
