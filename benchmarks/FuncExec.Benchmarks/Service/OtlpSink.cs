using System.Net;

namespace FuncExec.Benchmarks.Service;

/// <summary>Takes what is sent by OTLP over HTTP and forgets it.</summary>
internal sealed class OtlpSink : IDisposable
{
    private readonly HttpListener _listener = new();
    private long _received;

    public OtlpSink()
    {
        Address = $"http://127.0.0.1:{ServiceUnderTest.FreePort()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = TakeAsync();
    }

    public string Address { get; }

    /// <summary>How many bytes came.</summary>
    public long Received => Volatile.Read(ref _received);

    public void Dispose() => _listener.Close();

    private async Task TakeAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                int read;
                while ((read = await context.Request.InputStream.ReadAsync(buffer)) > 0)
                {
                    Interlocked.Add(ref _received, read);
                }

                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                if (!_listener.IsListening)
                {
                    return; // Closed. Else one sender broke off; the next is served.
                }
            }
        }
    }
}
