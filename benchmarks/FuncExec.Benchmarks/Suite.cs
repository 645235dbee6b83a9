using FuncExec.Benchmarks.Service;
using FuncExec.Benchmarks.Workloads;

namespace FuncExec.Benchmarks;

/// <summary>Every workload, in the order of the table.</summary>
internal static class Suite
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new FanOut(), new Sequence(), new OneAtATime(), new ManyAtOnce(), new LongHistory(), new Timers(), new Sleepers(),
        new EntitySignals("signals-to-many", entities: 1_000, signals: 100_000, least: 20_000),
        new EntitySignals("signals-to-one", entities: 1, signals: 50_000, least: 5_000),
        new OverPostgres(new FanOut(), [new Figure("", "steps/s", Bound.AtLeast, 4_000, 8_000, "DBOS 1,478 (5,000 steps); graphile-worker 2,758")]),
        new OverPostgres(new Sequence(), [new Figure("", "steps/s", Bound.AtLeast, 900, Peer: "DBOS 900 (200 steps)")]),
        new OverPostgres(new OneAtATime(), [new Figure("p50", "ms", Bound.AtMost, 3, Peer: "DBOS 2.5"), new Figure("p99", "ms", Bound.AtMost, 10, Peer: "DBOS 6.4")]),
        new OverPostgres(new ManyAtOnce(), [new Figure("", "orchestrations/s", Bound.AtLeast, 1_500, 3_000, "DBOS 959")]),
        new TakeOver("postgresql-recovery", "a node (lease 15 s) is killed over PostgreSQL, until what it ran begins elsewhere", 1, 1, [new Figure("", "s", Bound.AtMost, 17)]),
        new TakeOver(
            "postgresql-takeover",
            "a node (lease 15 s) with 10,000 instances is killed over PostgreSQL, two others go on with them",
            10_000,
            2,
            [new Figure("first activity begins again", "s", Bound.AtMost, 17), new Figure("all have ended", "s", Bound.AtMost, 30)]),
        new PostgresRoundTrips(), new PostgresSleepers(), new CommandsOverNodes(), new DatabaseCost(), new Placement(),
        new ServiceStart(), new FullLedgerStart(), new PostAndWait(), new ManyCommands(), new LargeOutput(), new LargeJob(), new IdleReaders(), new TelemetryCost(),
        .. HostComparison.IsPossible ? [new HostComparison()] : Array.Empty<Workload>(),
    ];

    /// <summary>Those whose name contains one of the parts; all when there are none.</summary>
    public static IReadOnlyList<Workload> Named(IReadOnlyCollection<string> parts) =>
        [.. All.Where(workload => parts.Count == 0 || parts.Any(part => workload.Name.Contains(part, StringComparison.OrdinalIgnoreCase)))];

    /// <summary>The one with exactly this name.</summary>
    public static Workload Get(string name) => All.Single(workload => workload.Name == name);
}
