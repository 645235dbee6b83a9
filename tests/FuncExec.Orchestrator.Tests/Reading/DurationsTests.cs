using System.Globalization;
using FuncExec.Orchestrator.Reading;

namespace FuncExec.Orchestrator.Tests.Reading;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("00:00:01", "00:00:01")]
    [InlineData("23:59:59", "23:59:59")]
    [InlineData("00:00:00.5", "00:00:00.5")]
    [InlineData("00:00:00.1234567", "00:00:00.1234567")]
    [InlineData("1.02:03:04", "1.02:03:04")]
    [InlineData("10.00:00:00.25", "10.00:00:00.25")]
    [InlineData("20s", "00:00:20")]
    [InlineData("5m", "00:05:00")]
    [InlineData("500ms", "00:00:00.5")]
    [InlineData("1.5h", "01:30:00")]
    [InlineData("2d", "2.00:00:00")]
    [InlineData("0s", "00:00:00")]
    [InlineData("PT90S", "00:01:30")]
    [InlineData("PT0.5S", "00:00:00.5")]
    [InlineData("P1DT2H3M4S", "1.02:03:04")]
    [InlineData("P1W", "7.00:00:00")]
    [InlineData("P2D", "2.00:00:00")]
    public void Form_is_understood(string text, string expected)
    {
        Assert.True(Durations.TryParse(text, out TimeSpan duration));
        Assert.Equal(TimeSpan.Parse(expected, CultureInfo.InvariantCulture), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5 s")]
    [InlineData(" 5s")]
    [InlineData("5s\n")]
    [InlineData("-5s")]
    [InlineData("5S")]
    [InlineData("5M")]
    [InlineData("5x")]
    [InlineData("1:2:3")]
    [InlineData("00:60:00")]
    [InlineData("24:00:00")]
    [InlineData("00:00")]
    [InlineData("00:00:00.")]
    [InlineData("00:00:00.12345678")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("pt1s")]
    [InlineData("1e3s")]
    [InlineData("٥s")]
    public void Another_form_is_not(string text) => Assert.False(Durations.TryParse(text, out _));
}
