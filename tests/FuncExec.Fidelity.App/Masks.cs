using System.Text.RegularExpressions;

namespace FuncExec.Fidelity.App;

/// <summary>Takes out of answers what differs from run to run, or changes with every fact that is added.</summary>
internal static partial class Masks
{
    public static string WithoutStacks(string text) => Stack().Replace(text, " STACK");

    public static string WithoutLists(string text) => Listed().Replace(text, "$1 LIST.");

    public static string WithoutTimes(string text) => Time().Replace(text, "TIME");

    public static string WithoutIds(string text) => MadeId().Replace(text, "MADE");

    public static string WithoutQueries(string text) => Code().Replace(Hub().Replace(text, "taskHub=HUB"), "code=CODE");

    /// <summary>A stack trace, written plainly or within JSON, up to the end of its text.</summary>
    [GeneratedRegex("""(?:\\r|\\n|[\r\n]| {3})+ *(?:at|---) [^"]*""")]
    private static partial Regex Stack();

    [GeneratedRegex(@"(known [a-z]+ functions:|Known [a-z]+ functions:) '[^.]*'\.")]
    private static partial Regex Listed();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")]
    private static partial Regex Time();

    [GeneratedRegex("[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(:[0-9a-f]+)?")]
    private static partial Regex MadeId();

    [GeneratedRegex("""code=[^&"\\\s]*""")]
    private static partial Regex Code();

    [GeneratedRegex("taskHub=[^&]*")]
    private static partial Regex Hub();
}
