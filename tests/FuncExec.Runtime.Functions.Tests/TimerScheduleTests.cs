using System.Globalization;
using FuncExec.Runtime.Functions.Timers;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class TimerScheduleTests
{
    private static readonly DateTimeOffset _now = At("2030-01-01T10:20:30.5Z"); // A Tuesday.

    [Theory]
    [InlineData("* * * * * *", "2030-01-01T10:20:31Z")]
    [InlineData("*/5 * * * * *", "2030-01-01T10:20:35Z")]
    [InlineData("30 20 10 * * *", "2030-01-02T10:20:30Z")]
    [InlineData("0 */15 * * * *", "2030-01-01T10:30:00Z")]
    [InlineData("0 0 9-17 * * MON-FRI", "2030-01-01T11:00:00Z")]
    [InlineData("0 0 9 * Jun,Jul Sat", "2030-06-01T09:00:00Z")]
    [InlineData("0 0 0 29 2 *", "2032-02-29T00:00:00Z")]
    [InlineData("5 4 * * *", "2030-01-02T04:05:00Z")]
    [InlineData("  0  0\t12 * * *  ", "2030-01-01T12:00:00Z")]
    [InlineData("00:00:30", "2030-01-01T10:21:00.5Z")]
    [InlineData("1.00:00:00", "2030-01-02T10:20:30.5Z")]
    public void Next_occurrence(string text, string next) =>
        Assert.Equal(At(next), TimerSchedule.TryParse(text, _now)!.Next(_now));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("* * * *")]
    [InlineData("* * * * * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("* 24 * * *")]
    [InlineData("0 0 0 30 2 *")]
    [InlineData("* * * * * Someday")]
    [InlineData("00:00:00")]
    [InlineData("-00:00:01")]
    [InlineData("10000000.00:00:00")]
    [InlineData("99999.00:00:00")]
    public void What_is_no_schedule_or_never_comes(string text) => Assert.Null(TimerSchedule.TryParse(text, _now));

    [Theory]
    [InlineData("30 * * * * *", false)]
    [InlineData("0,30 * * * * *", true)]
    [InlineData("00:00:59", true)]
    [InlineData("00:01:00", false)]
    public void Within_a_minute(string text, bool frequent) => Assert.Equal(frequent, TimerSchedule.TryParse(text, _now)!.IsFrequent(_now));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
