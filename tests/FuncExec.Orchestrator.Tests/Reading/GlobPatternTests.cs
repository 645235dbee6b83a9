using System.Text;
using System.Text.RegularExpressions;
using FuncExec.Orchestrator.Reading;

namespace FuncExec.Orchestrator.Tests.Reading;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("out/**", "out/a", true)]
    [InlineData("out/**", "out/a/b/c", true)]
    [InlineData("out/**", "out", false)]
    [InlineData("out/", "out/a/b", true)]
    [InlineData("**", "a/b", true)]
    [InlineData(".", "a/b", true)]
    [InlineData("**/*.log", "x.log", true)]
    [InlineData("**/*.log", "a/b/x.log", true)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "a/x/b/c", false)]
    [InlineData("**/**/**/x", "a/x", true)]
    [InlineData("*", "a", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("*", ".hidden", true)]
    [InlineData("./*.txt", "a.txt", true)]
    [InlineData("*.txt", "A.TXT", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a\U0001F600c", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[!a-c]x", "dx", true)]
    [InlineData("[]]", "]", true)]
    [InlineData("[[]x", "[x", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("*a*b*c", "xxaybbzc", true)]
    [InlineData("*a*b*c", "xxaybbz", false)]
    public void Patterns_stand_for_paths(string pattern, string path, bool expected)
    {
        Assert.Null(GlobPattern.Validate(pattern));
        Assert.Equal(expected, GlobPattern.Parse(pattern).IsMatch(path));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("/etc/*", "absolute")]
    [InlineData("C:/x", "absolute")]
    [InlineData("../x", "'..'")]
    [InlineData("a/../x", "'..'")]
    [InlineData("a/./x", "'.'")]
    [InlineData("a//x", "'//'")]
    [InlineData(@"a\x", "backslash")]
    [InlineData("a\0", "NUL")]
    [InlineData("a**", "alone")]
    [InlineData("[a", "no ']'")]
    [InlineData("[]", "no ']'")]
    [InlineData("[!]", "no ']'")]
    [InlineData("[z-a]", "backwards")]
    public void Wrong_patterns_are_refused_with_the_reason(string pattern, string reason)
    {
        Assert.Contains(reason, GlobPattern.Validate(pattern)!, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => GlobPattern.Parse(pattern));
    }

    [Fact]
    public void Too_long_a_pattern_is_refused() => Assert.Contains("1024", GlobPattern.Validate(new string('a', 1025))!, StringComparison.Ordinal);

    [Fact]
    public void Any_pattern_says_what_a_regular_expression_says()
    {
        string[] parts = ["**", "*", "?", "a", "b", "ab", "[ab]", "[!a]", "*a", "a*b", "?*", "[a-c]*", "a*a*a"];
        string[] names = ["a", "b", "ab", "ba", "aab", ".a", "c", "aaa", "abab"];
        Random random = new(5);
        for (int round = 0; round < 20_000; round++)
        {
            string pattern = Join(parts, random);
            string path = Join(names, random);
            GlobPattern glob = GlobPattern.Parse(pattern);
            bool expected = Regex.IsMatch(path, ToRegex(pattern), RegexOptions.CultureInvariant | RegexOptions.Singleline);
            Assert.True(expected == glob.IsMatch(path), $"{pattern} {path}");
            for (int slash = path.IndexOf('/'); expected && slash >= 0; slash = path.IndexOf('/', slash + 1))
            {
                Assert.True(glob.MayMatchBeneath(path[..slash]), $"{pattern} {path}");
            }
        }
    }

    [Fact]
    public void No_pattern_takes_long()
    {
        GlobPattern stars = GlobPattern.Parse(string.Concat(Enumerable.Repeat("*a", 500)) + "b");
        Assert.False(stars.IsMatch(new string('a', 4000)));
        GlobPattern segments = GlobPattern.Parse(string.Join('/', Enumerable.Repeat("**/a", 200)) + "/b");
        Assert.False(segments.IsMatch(string.Join('/', Enumerable.Repeat("a", 2000))));
    }

    [Theory]
    [InlineData("out/**", "out", true)]
    [InlineData("out/**", "out/deep", true)]
    [InlineData("out/**", "src", false)]
    [InlineData("out/*", "out", true)]
    [InlineData("out/*", "out/deep", false)]
    [InlineData("*.txt", "a.txt", false)]
    [InlineData("**/x", "anything/at/all", true)]
    public void Where_nothing_can_match_nobody_looks(string pattern, string directory, bool expected) =>
        Assert.Equal(expected, GlobPattern.Parse(pattern).MayMatchBeneath(directory));

    private static string Join(string[] from, Random random) =>
        string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => from[random.Next(from.Length)]));

    private static string ToRegex(string pattern)
    {
        StringBuilder regex = new("^");
        string[] segments = pattern.Split('/');
        for (int index = 0; index < segments.Length; index++)
        {
            bool isLast = index == segments.Length - 1;
            regex.Append(segments[index] is "**"
                ? isLast ? "[^/]+(/[^/]+)*" : "([^/]+/)*"
                : segments[index].Replace("[!", "[^", StringComparison.Ordinal).Replace("*", "[^/]*", StringComparison.Ordinal).Replace("?", "[^/]", StringComparison.Ordinal) + (isLast ? "" : "/"));
        }

        return regex.Append('$').ToString();
    }
}
