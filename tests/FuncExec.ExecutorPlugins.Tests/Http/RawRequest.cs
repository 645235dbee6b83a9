using System.Globalization;
using System.Text;

namespace FuncExec.ExecutorPlugins.Tests.Http;

/// <summary>A request as it came over the wire.</summary>
internal sealed record RawRequest(string Head, byte[] Body)
{
    public string Line => Head[..Head.IndexOf('\r')];

    public string Method => Line[..Line.IndexOf(' ')];

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The values of a header, joined by a bar; null when it was not sent.</summary>
    public string? Header(string name)
    {
        string[] values = [.. Head.Split("\r\n").Skip(1)
            .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim())];
        return values.Length == 0 ? null : string.Join('|', values);
    }

    /// <summary>Reads one; null at the end of the stream.</summary>
    public static async Task<RawRequest?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        RawRequest request = new(head.ToString(), []);
        byte[] body = new byte[int.Parse(request.Header("Content-Length") ?? "0", CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return request with { Body = body };
    }
}
