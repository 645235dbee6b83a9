using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Core.Tests.Engine;

public sealed class LabelSetTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" , ,", "")]
    [InlineData(" os=linux , gpu,os=linux", "gpu,os=linux")]
    [InlineData("b,a,B,A", "A,B,a,b")]
    [InlineData("zone:eu-1,host=a.b-c_d,image=a/b@1+2", "host=a.b-c_d,image=a/b@1+2,zone:eu-1")]
    public void Labels_are_trimmed_each_once_and_in_ordinal_order(string text, string expected)
    {
        LabelSet labels = LabelSet.Parse(text);

        Assert.Equal(expected, labels.Text);
        Assert.Equal(labels, LabelSet.Of(labels.Labels));
        Assert.Equal(labels.GetHashCode(), LabelSet.Of(labels.Labels).GetHashCode());
    }

    [Theory]
    [InlineData("a b", "'a b' is no label: letters, digits and . _ - : / + @ may stand in it, and one = between a key and a value.")]
    [InlineData("os=linux,ä", "'ä' is no label: letters, digits and . _ - : / + @ may stand in it, and one = between a key and a value.")]
    [InlineData("=linux", "'=linux' is no label: a pair has one =, with a key before it and a value after it.")]
    [InlineData("os=", "'os=' is no label: a pair has one =, with a key before it and a value after it.")]
    [InlineData("a=b=c", "'a=b=c' is no label: a pair has one =, with a key before it and a value after it.")]
    public void What_is_no_label_is_named(string text, string message)
    {
        Assert.Equal(message, Assert.Throws<FormatException>(() => LabelSet.Parse(text)).Message);
        Assert.False(LabelSet.TryParse(text, out _, out string? mistake));
        Assert.Equal(message, mistake);
    }

    [Fact]
    public void Labels_are_short_and_few()
    {
        Assert.Single(LabelSet.Parse(new string('a', 100)).Labels);
        Assert.Throws<FormatException>(() => LabelSet.Parse(new string('a', 101)));
        Assert.Throws<FormatException>(() => LabelSet.Of([""]));
        Assert.Equal(64, LabelSet.Of(Enumerable.Range(0, 64).Select(static at => $"l{at}")).Labels.Count);
        Assert.Throws<FormatException>(() => LabelSet.Of(Enumerable.Range(0, 65).Select(static at => $"l{at}")));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("a", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a,b,c", "c,a", true)]
    [InlineData("a,b,c", "a,d", false)]
    [InlineData("a", "A", false)]
    public void A_set_includes_another_when_it_has_all_of_it(string has, string asked, bool expected) =>
        Assert.Equal(expected, LabelSet.Parse(has).Includes(LabelSet.Parse(asked)));

    [Fact]
    public void Both_sets_make_one() => Assert.Equal("a,b,c", LabelSet.Parse("b,a").With(LabelSet.Parse("c,b")).Text);
}
