using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FuncExec.Runtime.Functions.Access;

/// <summary>
/// The key and the signing secret of a data directory: made at the first start, whole or not at all, readable by their
/// owner only.
/// </summary>
internal static partial class KeyFiles
{
    /// <summary>The file with the key; people and the command line read it.</summary>
    public const string KeyFile = "key";

    /// <summary>The file with the secret that codes are signed with.</summary>
    public const string SecretFile = "signing-secret";

    private const int Length = 32;
    private const int EncodedLength = 43;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads both, and makes what is missing.</summary>
    /// <exception cref="FunctionsStartException">A file cannot be read, written or understood.</exception>
    public static AccessKeys Open(string dataDirectory)
    {
        string key = ReadOrCreate(Path.Combine(dataDirectory, KeyFile));
        return new AccessKeys(key, Decode(ReadOrCreate(Path.Combine(dataDirectory, SecretFile))));
    }

    private static string ReadOrCreate(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Create(path);
            }

            string text = File.ReadAllText(path).Trim();
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, OwnerOnly);
            }

            return text.Length == EncodedLength && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
                ? text
                : throw new FunctionsStartException($"{path} holds no key. Delete it: a new one is made at the next start.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FunctionsStartException($"{path} cannot be read or made: {exception.Message} Make it readable for this user, or delete it.", exception);
        }
    }

    private static void Create(string path)
    {
        string draft = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}";
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            using (FileStream file = new(draft, options))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(Encode(RandomNumberGenerator.GetBytes(Length)) + "\n"));
                file.Flush(flushToDisk: true);
            }

            Publish(draft, path);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    // Never in place of a file that another process made meanwhile: then that one's is the key. File.Move looks whether
    // there is one and then replaces whatever there is by then; a link is made or not made in one step.
    private static void Publish(string draft, string path)
    {
        if (!OperatingSystem.IsWindows() && (Link(draft, path) == 0 || File.Exists(path)))
        {
            return;
        }

        try
        {
            File.Move(draft, path, overwrite: false); // Windows, or a file system without links.
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string created);

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] Decode(string text) => Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + "=");
}
