using Microsoft.DurableTask;
using Microsoft.DurableTask.Abstractions;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class NamesAndVersionsTests
{
    [Fact]
    public void Names_that_differ_in_case_are_equal_and_have_one_hash()
    {
        TaskName lower = "runtask";
        TaskName mixed = new("RunTask");

        Assert.True(lower == mixed);
        Assert.False(lower != mixed);
        Assert.Equal(lower.GetHashCode(), mixed.GetHashCode());
        Assert.NotEqual(lower, new TaskName("runtasks"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_name_from_no_text_is_the_default_value_which_can_be_compared_and_hashed(string? text)
    {
        TaskName name = text!;

        Assert.Equal(default, name);
        Assert.Null(name.Name);
        Assert.Equal(0, name.GetHashCode());
        Assert.NotEqual(new TaskName("x"), name);
    }

    [Fact]
    public void A_name_reads_as_its_text()
    {
        TaskName name = "RunTask";
        string text = name;

        Assert.Equal("RunTask", text);
        Assert.Equal("RunTask", name.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_version_from_no_text_is_unversioned(string? text)
    {
        TaskVersion version = text;

        Assert.Equal(TaskVersion.Unversioned, version);
        Assert.Equal(default(TaskVersion).GetHashCode(), version.GetHashCode());
        Assert.Equal("", version.Version);
    }

    [Fact]
    public void A_version_of_white_space_is_refused() =>
        Assert.Throws<ArgumentException>(() => new TaskVersion("  "));

    [Fact]
    public void Versions_that_differ_in_case_are_equal()
    {
        Assert.True(new TaskVersion("v1-RC") == new TaskVersion("V1-rc"));
        Assert.True(new TaskVersion("1.0") != new TaskVersion("1.0.0"));
    }

    [Theory]
    [InlineData("", " ", 0)]
    [InlineData("", "1.0", -1)]
    [InlineData("1.0", "", 1)]
    [InlineData("1.9", "1.10", -1)]
    [InlineData("2.0", "2.0", 0)]
    [InlineData("beta", "ALPHA", 1)]
    [InlineData("BETA", "beta", 0)]
    [InlineData("1.10-rc", "1.9", -1)]
    public void Versions_are_ordered_by_number_or_else_as_text(string left, string right, int sign) =>
        Assert.Equal(sign, Math.Sign(TaskOrchestrationVersioningUtils.CompareVersions(left, right)));
}
