using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Metrics;

/// <summary>By what waiting activities are counted together. The one place that says so.</summary>
/// <param name="Activity">The activity's name.</param>
/// <param name="Labels">The labels that its node must have, joined; empty for none.</param>
/// <param name="Priority">How urgent it is, a digit.</param>
internal readonly record struct QueueKey(string Activity, string Labels, string Priority)
{
    private static readonly string[] Priorities = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>What a name counts as that this node has no activity of: orchestrators may ask for any.</summary>
    public const string Unknown = "_unknown";

    /// <summary>What sets of labels count as past <see cref="MostLabelSets"/>: whoever posts jobs may think of any.</summary>
    public const string Other = "_other";

    /// <summary>So many different sets of labels are told apart.</summary>
    public const int MostLabelSets = 100;

    /// <summary>The key of an activity.</summary>
    /// <param name="activity">The activity.</param>
    /// <param name="registry">The activities that this node has.</param>
    /// <param name="labelSets">The sets that are told apart so far; a new one is added while there is room.</param>
    public static QueueKey Of(NewActivity activity, TaskRegistry registry, HashSet<string> labelSets) =>
        Of(activity.Name, activity.RunsOn, activity.Priority, registry, labelSets);

    /// <summary>The key of activities that wait in the hub.</summary>
    public static QueueKey Of(WaitingActivities waiting, TaskRegistry registry, HashSet<string> labelSets) =>
        Of(waiting.Name, waiting.RunsOn, waiting.Priority, registry, labelSets);

    /// <summary>An activity's name among those that there are: no more names than functions.</summary>
    public static string NameOf(string name, TaskRegistry registry) =>
        registry.TryGetActivity(name, out ActivityRegistration? known) ? known.Name : Unknown;

    private static QueueKey Of(string name, LabelSet runsOn, int priority, TaskRegistry registry, HashSet<string> labelSets)
    {
        string labels = runsOn.Text;
        bool isTold = labelSets.Contains(labels) || (labelSets.Count < MostLabelSets && labelSets.Add(labels));
        return new(NameOf(name, registry), isTold ? labels : Other, Priorities[priority]);
    }
}
