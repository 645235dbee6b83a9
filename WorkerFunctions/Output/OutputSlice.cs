namespace FuncExec.WorkerFunctions.Output;

/// <summary>A piece of an attempt's output.</summary>
/// <param name="Count">How many bytes were read into the buffer; 0 when there are no more yet, or at all.</param>
/// <param name="Offset">Where in the stream they begin: past the asked offset where bytes in between were not kept.</param>
/// <param name="IsComplete">Whether nothing follows: the attempt has ended and this is its end.</param>
public readonly record struct OutputSlice(int Count, long Offset, bool IsComplete)
{
    /// <summary>Where to read on.</summary>
    public long NextOffset => Offset + Count;
}
