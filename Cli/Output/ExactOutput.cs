using FuncExec.Cli.Services;

namespace FuncExec.Cli.Output;

/// <summary>The output of a single task: byte for byte, as if it had been started here.</summary>
/// <param name="allToError">Whether standard output is kept free for something else.</param>
internal sealed class ExactOutput(bool allToError) : IOutputWriter
{
    public void Write(OutputKey key, ReadOnlySpan<byte> bytes) =>
        (key.IsError || allToError ? StandardStream.Error : StandardStream.Out).Write(bytes);

    public void End(string task)
    {
    }
}
