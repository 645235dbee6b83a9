using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FuncExec.Runtime.Hubs;

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
    /// <param name="dataDirectory">The directory.</param>
    /// <param name="given">The key that a setting gives, or null. It takes the place of the file's.</param>
    /// <exception cref="FunctionsStartException">A file cannot be read, written or understood, or the key given is none.</exception>
    public static AccessKeys Open(string dataDirectory, string? given)
    {
        string path = Path.Combine(dataDirectory, KeyFile);
        string key = given is null ? ReadOrCreate(path) : ReadOrReplace(path, Check(given));
        return new AccessKeys(key, Decode(ReadOrCreate(Path.Combine(dataDirectory, SecretFile))));
    }

    /// <summary>
    /// Reads what the nodes of a hub share, adds what is missing, and writes the key's file, where people and the command line look
    /// for it. A key that is given becomes that of all nodes that start later.
    /// </summary>
    /// <exception cref="FunctionsStartException">The file cannot be written, or the key given is none.</exception>
    public static async Task<AccessKeys> OpenSharedAsync(string dataDirectory, string? given, IHubSecrets hub, CancellationToken cancellationToken)
    {
        string path = Path.Combine(dataDirectory, KeyFile);
        string key;
        if (given is null)
        {
            key = await hub.GetOrAddSecretAsync(KeyFile, Make(), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            key = Check(given);
            await hub.SetSecretAsync(KeyFile, key, cancellationToken).ConfigureAwait(false);
        }

        string secret = await hub.GetOrAddSecretAsync(SecretFile, Make(), cancellationToken).ConfigureAwait(false);
        return new AccessKeys(ReadOrReplace(path, key), Decode(secret));
    }

    private static string ReadOrCreate(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Create(path, Make(), replaces: false);
            }

            string text = File.ReadAllText(path).Trim();
            Protect(path);
            return IsOurs(text)
                ? text
                : throw new FunctionsStartException($"{path} holds no key. Delete it: a new one is made at the next start.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FunctionsStartException($"{path} cannot be read or made: {exception.Message} Make it readable for this user, or delete it.", exception);
        }
    }

    /// <summary>Makes a file hold a key, and answers it.</summary>
    private static string ReadOrReplace(string path, string key)
    {
        try
        {
            if (!File.Exists(path) || File.ReadAllText(path).Trim() != key)
            {
                Create(path, key, replaces: true);
            }

            Protect(path);
            return key;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FunctionsStartException($"{path} cannot be read or made: {exception.Message} Make it writable for this user, or delete it.", exception);
        }
    }

    /// <summary>Whether a text is a key, or a secret, as they are made here.</summary>
    internal static bool IsOurs(string text) => text.Length >= EncodedLength && IsKey(text);

    private static string Check(string given) => IsOurs(given)
        ? given
        : throw new FunctionsStartException($"FUNCEXEC_KEY is no key. Give {EncodedLength} characters or more of letters, digits, '-' and '_', chosen by chance (openssl rand -hex 32).");

    private static bool IsKey(string text) => text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    private static string Make() => Encode(RandomNumberGenerator.GetBytes(Length));

    private static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }
    }

    /// <summary>Makes a file with a text, whole or not at all, readable by its owner only.</summary>
    internal static void Create(string path, string text, bool replaces)
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
                file.Write(System.Text.Encoding.ASCII.GetBytes(text + "\n"));
                file.Flush(flushToDisk: true);
            }

            if (replaces)
            {
                File.Move(draft, path, overwrite: true);
            }
            else
            {
                Publish(draft, path);
            }
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
