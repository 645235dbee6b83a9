using System.Runtime.InteropServices;
using System.Text;

namespace FuncExec.Runtime.Hubs.Values;

/// <summary>
/// Text as it is stored: as text where it is short and valid, else as bytes that say what they are. Prepared on
/// the caller's thread, so that the thread that commits for all never compresses.
/// </summary>
internal readonly struct StoredText
{
    private const byte CompressedMark = 1;
    private const byte Utf16Mark = 2;
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private StoredText(string? text, byte[]? encoded)
    {
        Text = text;
        Encoded = encoded;
    }

    /// <summary>The text, when it is stored as it is.</summary>
    internal string? Text { get; }

    /// <summary>The bytes stored instead.</summary>
    internal byte[]? Encoded { get; }

    internal static StoredText Of(string? text)
    {
        if (text is null)
        {
            return default;
        }

        // Half a surrogate pair is not valid UTF-8, yet text is stored as it is.
        if (HasLoneSurrogate(text))
        {
            return new StoredText(null, [Utf16Mark, .. MemoryMarshal.AsBytes(text.AsSpan())]);
        }

        if (!Compression.IsWorthwhile(text.Length))
        {
            return new StoredText(text, null);
        }

        byte[]? compressed = Compression.Pack(Encoding.UTF8.GetBytes(text), CompressedMark);
        return compressed is null ? new StoredText(text, null) : new StoredText(null, compressed);
    }

    internal static string Read(ReadOnlySpan<byte> value, bool isText)
    {
        if (isText)
        {
            return Encoding.UTF8.GetString(value);
        }

        return value.IsEmpty ? throw Compression.Damaged() : value[0] switch
        {
            CompressedMark => s_strict.GetString(Compression.Unpack(value)),
            Utf16Mark => new string(MemoryMarshal.Cast<byte, char>(value[1..].ToArray())),
            _ => throw Compression.Damaged(),
        };
    }

    /// <summary>The length of the text's beginning that is valid UTF-16.</summary>
    internal static int ValidLength(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    return i;
                }

                i++;
            }
        }

        return text.Length;
    }

    private static bool HasLoneSurrogate(string text) =>
        text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') && ValidLength(text) < text.Length;
}
