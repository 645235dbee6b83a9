using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Metrics;

/// <summary>By what waiting activities are counted together. The one place that says so.</summary>
/// <param name="Activity">The activity's name.</param>
/// <param name="Labels">The labels that its node must have, joined; empty for none.</param>
/// <param name="Priority">How urgent it is; empty where nothing says.</param>
internal readonly record struct QueueKey(string Activity, string Labels, string Priority)
{
    /// <summary>What a name counts as that this node has no activity of: orchestrators may ask for any.</summary>
    public const string Unknown = "_unknown";

    /// <summary>The key of an activity.</summary>
    public static QueueKey Of(NewActivity activity, TaskRegistry registry) => new(NameOf(activity.Name, registry), "", "");

    /// <summary>An activity's name among those that there are: no more names than functions.</summary>
    public static string NameOf(string name, TaskRegistry registry) =>
        registry.TryGetActivity(name, out ActivityRegistration? known) ? known.Name : Unknown;
}
