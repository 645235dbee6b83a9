using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace FuncExec.Runtime.Functions.Settings;

/// <summary>Puts settings in place of <c>%NAME%</c>, as official bindings and <c>host.json</c> have it.</summary>
internal sealed class NameResolver(IConfiguration configuration)
{
    /// <summary>Resolves a text. False when a name in it has no setting; <paramref name="missing"/> is that name.</summary>
    public bool TryResolve(string text, out string resolved, [NotNullWhen(false)] out string? missing)
    {
        missing = null;
        resolved = text;
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return true;
        }

        StringBuilder built = new();
        int at = 0;
        while (text.IndexOf('%', at) is >= 0 and int open && text.IndexOf('%', open + 1) is > 0 and int close)
        {
            string name = text[(open + 1)..close];
            if (configuration[name] is not { } value)
            {
                missing = name;
                return false;
            }

            built.Append(text, at, open - at).Append(value);
            at = close + 1;
        }

        resolved = built.Append(text, at, text.Length - at).ToString();
        return true;
    }
}
