using System.Runtime.InteropServices;
using System.Text;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>A null-ended array of C strings in one block of native memory, as execve wants it.</summary>
internal unsafe ref struct NativeStrings
{
    private byte* _block;
    private byte* _next;
    private int _count;

    /// <summary>Makes room for a number of strings of so many UTF-16 characters in all.</summary>
    public NativeStrings(int strings, int characters)
    {
        nuint pointers = (nuint)(strings + 1) * (nuint)sizeof(byte*);
        _block = (byte*)NativeMemory.Alloc(pointers + (nuint)strings + (3 * (nuint)characters));
        _next = _block + pointers;
        Pointers[0] = null;
    }

    /// <summary>The array.</summary>
    public readonly byte** Pointers => (byte**)_block;

    /// <summary>Adds a string made of the parts.</summary>
    public void Add(ReadOnlySpan<char> first, ReadOnlySpan<char> second = default, ReadOnlySpan<char> third = default)
    {
        Pointers[_count++] = _next;
        Pointers[_count] = null;
        Write(first);
        Write(second);
        Write(third);
        *_next++ = 0;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        NativeMemory.Free(_block);
        _block = null;
    }

    private void Write(ReadOnlySpan<char> part) =>
        _next += Encoding.UTF8.GetBytes(part, new Span<byte>(_next, 3 * part.Length));
}
