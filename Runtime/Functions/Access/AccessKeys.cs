using System.Security.Cryptography;
using System.Text;

namespace FuncExec.Runtime.Functions.Access;

/// <summary>The service's key, and codes that stand for it in one operation on one instance.</summary>
internal sealed class AccessKeys
{
    private readonly byte[] _keyHash;
    private readonly byte[] _secret;

    public AccessKeys(string key, byte[] secret)
    {
        _keyHash = Hash(key);
        _secret = secret;
    }

    /// <summary>Whether a text is the key. Takes the same time whatever it is.</summary>
    public bool IsKey(string text) => CryptographicOperations.FixedTimeEquals(Hash(text), _keyHash);

    /// <summary>The code for an operation on an instance: an HMAC-SHA-256 of both, URL-safe.</summary>
    public string Code(ManagementOperation operation, string instanceId)
    {
        byte[] message = Encoding.UTF8.GetBytes($"1\n{(int)operation}\n{instanceId}");
        return Convert.ToBase64String(HMACSHA256.HashData(_secret, message)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    /// <summary>Whether a text is the code for an operation on an instance. Takes the same time whatever it is.</summary>
    public bool IsCode(string text, ManagementOperation operation, string instanceId) =>
        CryptographicOperations.FixedTimeEquals(Hash(text), Hash(Code(operation, instanceId)));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
