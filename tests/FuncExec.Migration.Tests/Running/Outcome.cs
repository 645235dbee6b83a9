using System.Globalization;

namespace FuncExec.Migration.Tests.Running;

/// <summary>What <c>funcexec migrate</c> ended with.</summary>
internal sealed record Outcome(int Code, string Out, string Error)
{
    /// <summary>It did all of it.</summary>
    public Outcome Succeeded()
    {
        Assert.True(Code == 0, $"It ended with {Code}:\n{Out}\n{Error}");
        return this;
    }

    /// <summary>It refused, and said so.</summary>
    public Outcome Refused(params string[] texts)
    {
        Assert.True(Code == 125, $"It ended with {Code}:\n{Out}\n{Error}");
        Assert.All(texts, text => Assert.Contains(text, Error, StringComparison.Ordinal));
        Assert.Equal("", Out);
        return this;
    }

    /// <summary>The counts that it showed, by kind; each line says that both sides are equal.</summary>
    public IReadOnlyDictionary<string, long> Counts()
    {
        string[] lines = Succeeded().Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.All(lines, static line => Assert.EndsWith("  equal", line, StringComparison.Ordinal));
        return lines.ToDictionary(
            static line => line[..16].Trim(),
            static line => long.Parse(line[16..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
    }
}
