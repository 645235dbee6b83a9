using System.Globalization;
using FuncExec.Benchmarks;
using FuncExec.Benchmarks.Measuring;
using FuncExec.Benchmarks.Reporting;
using FuncExec.Benchmarks.Service;
using FuncExec.Benchmarks.Workloads;
using FuncExec.ScalingSimulation;

switch (args)
{
    // The processes that the measuring one starts.
    case [ChildProcess.Measure, var name, var directory]:
        ChildProcess.Answer(await Suite.Get(name).MeasureAsync(directory));
        return 0;
    case [ChildProcess.Sleep, var directory]:
        await SleeperProcess.SleepAsync(directory);
        return 0;
    case [ChildProcess.StayNode, var directory]:
        await using (await Node.StartAsync(directory))
        {
            Console.WriteLine("ready");
            await Task.Delay(Timeout.Infinite);
        }

        return 0;
    case [ChildProcess.HoldInstances, var directory, var count, var until]:
        await HolderProcess.HoldAsync(
            directory, int.Parse(count, CultureInfo.InvariantCulture), DateTime.Parse(until, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));
        return 0;
    case [ChildProcess.AnswerOne, var directory]:
        await SleeperProcess.AnswerOneAsync(directory);
        return 0;

    case ["--list"]:
        foreach (Workload workload in Suite.All)
        {
            Console.WriteLine($"{workload.Name,-16} {workload.Description}");
        }

        return 0;

    // A simulation, in simulated time; its plot goes to a file.
    case ["simulate-scaling", var file]:
        var day = ScalingDay.Simulate();
        File.WriteAllText(file, ScalingDay.Plot(day));
        Console.Write(ScalingDay.Table(day));
        return 0;

    // The same autoscalers over real workers: some minutes.
    case ["simulate-scaling", "--real", var file]:
        await RealScaling.RunAsync(file);
        return 0;
}

IReadOnlyList<Workload> chosen = Suite.Named(args);
if (chosen.Count == 0)
{
    Console.Error.WriteLine($"No workload's name contains {string.Join(" or ", args)}; --list names them.");
    return 2;
}

using var scratch = Scratch.OnDisk();
Machine machine = Machine.Describe(scratch.Path);
Console.WriteLine(machine);
var results = new List<Result>();
foreach (Workload workload in chosen)
{
    results.AddRange(await Runner.RunAsync(workload, scratch));
    Table.Print(workload, results);
}

Console.WriteLine();
Table.Print(results);
Console.WriteLine(JsonReport.Write(machine, results));
return 0;
