using FuncExec.WorkerFunctions.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Tests.Files;

public sealed class FileLimitsTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("67108864", 67_108_864L)]
    [InlineData("64MiB", 67_108_864L)]
    [InlineData("1 gib", 1_073_741_824L)]
    [InlineData("7B", 7L)]
    public void Sizes_are_read(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1")]
    [InlineData("1.5MiB")]
    [InlineData("64MB")]
    [InlineData("9223372036854775807KiB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(268_435_456, "256 MiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1537, "1.5 KiB")]
    public void Sizes_are_shown(long bytes, string expected) => Assert.Equal(expected, ByteSize.Format(bytes));

    [Fact]
    public void Settings_have_their_names()
    {
        FileLimits limits = Read(("FuncExec:OutputLimit", "1GiB"), ("FuncExec:ArtifactFileLimit", "5"), ("FuncExec:MinFreeDisk", "0"));

        Assert.Equal((1L << 30, 5, 0L, 1L << 30), (limits.OutputLimit, limits.ArtifactFileLimit, limits.MinFreeDisk, limits.WorkspaceLimit));
    }

    [Fact]
    public void Wrong_settings_are_told_by_name_all_at_once()
    {
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(
            () => Read(("FuncExec:OutputLimit", "much"), ("FuncExec:WorkspaceEntryLimit", "0"), ("FuncExec:WorkspaceLimit", "1")));

        Assert.Equal(
            [
                "The setting 'FuncExec__OutputLimit' is 'much'; allowed is a number of bytes from 0 B to 1 TiB, such as 67108864 or 64MiB.",
                "The setting 'FuncExec__WorkspaceLimit' is '1'; allowed is a number of bytes from 1 KiB to 1 TiB, such as 67108864 or 64MiB.",
                "The setting 'FuncExec__WorkspaceEntryLimit' is '0'; allowed is a whole number, 1 to 10000000.",
            ],
            exception.Failures);
    }

    private static FileLimits Read(params (string Name, string Value)[] settings)
    {
        FileLimits limits = new();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(static pair => pair.Name, static pair => (string?)pair.Value)).Build();
        new FileLimitsReader(configuration).Configure(limits);
        return limits;
    }
}
