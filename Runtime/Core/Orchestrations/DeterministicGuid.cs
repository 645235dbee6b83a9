using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>
/// Version 5 GUIDs (RFC 9562 §5.5) of instance, turn time and a counter, in the name space that the official runtime
/// uses: the same on every replay.
/// </summary>
internal static class DeterministicGuid
{
    private static readonly byte[] NameSpace = Guid.Parse("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true);

    public static Guid Create(string instanceId, DateTime at, int counter)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{instanceId}_{at:o}_{counter}");
        byte[] bytes = [.. NameSpace, .. Encoding.UTF8.GetBytes(name)];
#pragma warning disable CA5350 // RFC 9562 names SHA-1 for version 5; nothing is secured by it.
        Span<byte> hash = SHA1.HashData(bytes).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
