using System.Globalization;
using Azure.Core;

namespace FuncExec.Ledger.Azure.Client;

/// <summary>What a storage account answered.</summary>
/// <param name="message">What was sent, and the answer, its body read.</param>
internal sealed class StorageAnswer(HttpMessage message) : IDisposable
{
    public int Status => message.Response.Status;

    /// <summary>Whether it was asked more than once: then an earlier try may have been done.</summary>
    public bool WasRepeated => message.ProcessingContext.RetryNumber > 0;

    /// <summary>The error's name, such as <c>BlobNotFound</c>; empty for none.</summary>
    public string Code => Header("x-ms-error-code") ?? "";

    public ReadOnlyMemory<byte> Body => message.Response.Content.ToMemory();

    public string? Header(string name) => message.Response.Headers.TryGetValue(name, out string? value) ? value : null;

    public long Number(string name) => long.Parse(Header(name) ?? "0", CultureInfo.InvariantCulture);

    public void Dispose() => message.Dispose();
}
