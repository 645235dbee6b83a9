// Runs, or goes on with, a batch of instances over a data directory. Arguments:
//
//   together|in-turn <data directory> <journal> <count> <ballast> <batch>…
//   signals <data directory> <journal> <senders> <entities> <signals of each sender to each entity>
//
// The ballast is in bytes an instance. Opens and closes the engine once for each batch. Writes the journal's lines to its output as well, and at the end
// of each batch `ended`.
using System.Globalization;
using FuncExec.Runtime.CrashHost;

if (args is ["signals", var hub, var journalOfSignals, var senders, var entities, var toEach])
{
    using var written = new Journal(journalOfSignals) { Written = Console.WriteLine };
    await using DurableEngine engine = await HostNode.StartAsync(hub, written);
    Console.WriteLine("started");
    await new SignalRun(engine.Client).RunAsync(
        int.Parse(senders, CultureInfo.InvariantCulture), int.Parse(entities, CultureInfo.InvariantCulture), int.Parse(toEach, CultureInfo.InvariantCulture));
    Console.WriteLine("ended");
    return 0;
}

if (args is not [("together" or "in-turn") and var mode, var directory, var path, var count, var ballast, .. { Length: > 0 } batches])
{
    Console.Error.WriteLine("usage: together|in-turn <data directory> <journal> <count> <ballast> <batch>...");
    return 2;
}

int instances = int.Parse(count, CultureInfo.InvariantCulture);
using var journal = new Journal(path) { Written = Console.WriteLine };
foreach (string batch in batches)
{
    await using DurableEngine engine = await HostNode.StartAsync(directory, journal);
    Console.WriteLine("started");
    var run = new WorkRun(engine.Client, journal) { Ballast = int.Parse(ballast, CultureInfo.InvariantCulture) };
    await (mode == "together"
        ? run.TogetherAsync(WorkItem.Mixed(batch, instances))
        : run.InTurnAsync(WorkItem.Sequential(batch, instances)));
    Console.WriteLine("ended");
}

return 0;
