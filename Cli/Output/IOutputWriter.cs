using FuncExec.Cli.Services;

namespace FuncExec.Cli.Output;

/// <summary>Shows what tasks write.</summary>
internal interface IOutputWriter
{
    /// <summary>Shows the next bytes of a stream.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    void Write(OutputKey key, ReadOnlySpan<byte> bytes);

    /// <summary>Nothing more comes of this run of a task.</summary>
    /// <exception cref="IOException">What was held back cannot be written.</exception>
    void End(string task);
}
