using System.Collections.Immutable;
using FuncExec.Runtime.Generators.Reading;

namespace FuncExec.Runtime.Generators.Writing;

/// <summary>What is written into one namespace.</summary>
internal sealed record HomePlan(
    string Namespace, IReadOnlyList<TaskModel> Tasks, IReadOnlyList<FunctionModel> Activities, IReadOnlyList<EventModel> Events);

/// <summary>What is written, in an order that does not depend on that of the files.</summary>
internal static class Plan
{
    private const string FunctionsHome = "Microsoft.DurableTask"; // Where the official generator puts what is about methods.

    public static IReadOnlyList<HomePlan> Make(
        ImmutableArray<TaskModel> tasks, ImmutableArray<EventModel> events, ImmutableArray<FunctionModel> functions, ImmutableArray<string> ownCalls)
    {
        HashSet<string> taken = TakenTwice([.. tasks.Select(static task => task.Name), .. functions.Select(static function => function.Name)]);
        List<TaskModel> sound = [.. tasks
            .Where(task => !taken.Contains(task.Name))
            .OrderBy(static task => task.Kind)
            .ThenBy(static task => task.Name, StringComparer.Ordinal)];
        List<FunctionModel> activities = [.. functions
            .Where(function => function.Call is not null && !taken.Contains(function.Name) && !ownCalls.Contains($"Call{function.Name}Async"))
            .OrderBy(static function => function.Name, StringComparer.Ordinal)];
        List<EventModel> known = [.. events.GroupBy(static item => (item.Namespace, item.Name.ToUpperInvariant()))
            .Where(static group => group.Count() == 1)
            .SelectMany(static group => group)
            .OrderBy(static item => item.Name, StringComparer.Ordinal)];

        IEnumerable<string> homes = sound.Select(static task => task.Namespace)
            .Concat(known.Select(static item => item.Namespace))
            .Concat(activities.Select(static _ => FunctionsHome));
        return [.. homes.Distinct().OrderBy(static home => home, StringComparer.Ordinal).Select(home => new HomePlan(
            home,
            [.. sound.Where(task => task.Namespace == home)],
            home == FunctionsHome ? activities : [],
            [.. known.Where(item => item.Namespace == home)]))];
    }

    /// <summary>The names that more than one has, whatever their casing.</summary>
    private static HashSet<string> TakenTwice(IReadOnlyList<string> names) => new(
        names.GroupBy(static name => name, StringComparer.OrdinalIgnoreCase)
            .Where(static group => group.Count() > 1)
            .Select(static group => group.Key),
        StringComparer.OrdinalIgnoreCase);
}
