using System.Globalization;
using NCrontab;

namespace FuncExec.Runtime.Functions.Timers;

/// <summary>When a timer function is called. Cron expressions are read in UTC, as the official host does by default.</summary>
internal abstract class TimerSchedule
{
    // Past it a schedule is taken to have no occurrence: the longest gap of a cron expression is eight years (29 February).
    private static readonly TimeSpan _farthest = TimeSpan.FromDays(366 * 9);

    private TimerSchedule(string text) => Text = text;

    /// <summary>The schedule as written, settings put in.</summary>
    public string Text { get; }

    /// <summary>The first occurrence after a time.</summary>
    public abstract DateTimeOffset Next(DateTimeOffset after);

    /// <summary>Whether occurrences follow each other within a minute.</summary>
    public bool IsFrequent(DateTimeOffset now)
    {
        DateTimeOffset first = Next(now);
        return Next(first) - first < TimeSpan.FromMinutes(1);
    }

    /// <summary>Reads a cron expression of six fields (seconds first) or five, or a time span. Null when it is neither, or never comes.</summary>
    public static TimerSchedule? TryParse(string text, DateTimeOffset now)
    {
        string[] fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        string schedule = string.Join(' ', fields);
        if (fields.Length is 5 or 6)
        {
            return CrontabSchedule.TryParse(schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = fields.Length == 6 }) is { } cron
                && new Cron(schedule, cron) is { } read && read.Next(now) < now + _farthest
                    ? read
                    : null;
        }

        return TimeSpan.TryParse(schedule, CultureInfo.InvariantCulture, out TimeSpan interval) && interval > TimeSpan.Zero && interval < _farthest
            ? new Interval(schedule, interval)
            : null;
    }

    private sealed class Cron(string text, CrontabSchedule cron) : TimerSchedule(text)
    {
        public override DateTimeOffset Next(DateTimeOffset after)
        {
            DateTime from = after.UtcDateTime;
            return new DateTimeOffset(DateTime.SpecifyKind(cron.GetNextOccurrence(from, from + _farthest), DateTimeKind.Utc));
        }
    }

    private sealed class Interval(string text, TimeSpan interval) : TimerSchedule(text)
    {
        public override DateTimeOffset Next(DateTimeOffset after) => after + interval;
    }
}
