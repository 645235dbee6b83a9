using System.Globalization;

namespace FuncExec.Runtime.CrashHost;

/// <summary>What an instance does; see <see cref="WorkTasks"/>.</summary>
internal enum Shape
{
    Chain,
    FanOut,
    Parent,
    Sleeper,
    Listener,
    Looper,
    Retrier,
}

/// <summary>One instance: its id tells all about it, the right result included.</summary>
internal sealed record WorkItem(string Batch, int Number, Shape Shape)
{
    public string Id => $"{Batch}-{Number:D3}-{Shape}";

    public object Input => Shape == Shape.Looper ? new Loop(1, Number) : Number;

    public int Result => Shape switch
    {
        Shape.FanOut => (6 * Number) + 15,
        Shape.Parent => (2 * Number) + 7,
        Shape.Sleeper => Number + 3,
        Shape.Listener => 4 * Number,
        _ => Number + 6,
    };

    /// <summary>All shapes in turn.</summary>
    public static IReadOnlyList<WorkItem> Mixed(string batch, int count) =>
        [.. Enumerable.Range(0, count).Select(number => new WorkItem(batch, number, (Shape)(number % 7)))];

    /// <summary>Those of which every step has one cause only.</summary>
    public static IReadOnlyList<WorkItem> Sequential(string batch, int count) =>
        [.. Enumerable.Range(0, count).Select(number => new WorkItem(batch, number, number % 2 == 0 ? Shape.Chain : Shape.Parent))];

    /// <summary>The item of that id, or null when it is a child's.</summary>
    public static WorkItem? Find(string id) => id.Split('-') is [var batch, var number, var shape]
        ? new WorkItem(batch, int.Parse(number, CultureInfo.InvariantCulture), Enum.Parse<Shape>(shape))
        : null;
}

/// <summary>The input of a generation of <see cref="Shape.Looper"/>.</summary>
internal sealed record Loop(int Round, int Sum);
