using Azure;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>A head that was read, with its version.</summary>
internal sealed record LoadedHead(HeadData Data, ETag ETag)
{
    internal JobHead Head => Data.Head;
}
