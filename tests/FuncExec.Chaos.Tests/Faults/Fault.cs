using FuncExec.Chaos.Tests.Running;
using FuncExec.Service.Tests.Running;

namespace FuncExec.Chaos.Tests.Faults;

/// <summary>Something that goes wrong, and its end.</summary>
/// <param name="Name">What, for the one who reads the order.</param>
/// <param name="HappenAsync">Lets it happen, and mends it.</param>
internal sealed record Fault(string Name, Func<Task> HappenAsync)
{
    /// <summary>Longer than a lease: whoever is away so long has lost what he held.</summary>
    private static readonly TimeSpan s_tooLong = Cluster.Lease + TimeSpan.FromSeconds(2);

    private static readonly Func<Cluster, Random, Fault>[] s_kinds =
    [
        static (cluster, random) => OfNode("killed", cluster, random, static async (node, _) =>
        {
            await node.Service.KillAsync();
            await node.Service.StartAsync();
        }),
        static (cluster, random) => OfNode("frozen past its lease", cluster, random, static (node, _) => FreezeAsync(node, s_tooLong)),
        static (cluster, random) => OfNode("frozen for a moment", cluster, random, static (node, random) => FreezeAsync(node, TimeSpan.FromMilliseconds(random.Next(100, 1_000)))),
        static (cluster, random) => OfNode("cut off from the database's answers", cluster, random, static (node, _) =>
        {
            node.Proxy.Cut();
            return Task.CompletedTask;
        }),
        static (cluster, random) => OfNode("slowed on the way to the database", cluster, random, static async (node, random) =>
        {
            node.Proxy.Delay(TimeSpan.FromMilliseconds(random.Next(20, 400)));
            await Task.Delay(random.Next(500, 2_000));
            node.Proxy.Delay(TimeSpan.Zero);
        }),
        static (cluster, random) => OfNode("parted from the database past its lease", cluster, random, static async (node, _) =>
        {
            node.Proxy.SetClosed(true);
            await Task.Delay(s_tooLong);
            node.Proxy.SetClosed(false);
        }),
        static (cluster, random) => OfNode("stopped in order and started again", cluster, random, static async (node, _) =>
        {
            Assert.Equal(0, await node.Service.StopAsync());
            await node.Service.StartAsync();
        }),
        static (cluster, random) => OfNode("asked to drain, then replaced", cluster, random, async (node, _) =>
        {
            await cluster.DrainAsync(node);
            Assert.Equal(0, await node.Service.StopAsync());
            await node.Service.StartAsync();
        }),
        static (cluster, _) => new Fault("the database is killed", async () =>
        {
            await cluster.Server.KillAsync();
            await cluster.Server.StartAgainAsync();
        }),
        static (cluster, _) => new Fault("the database is restarted", async () =>
        {
            await cluster.Server.StopAsync();
            await cluster.Server.StartAgainAsync();
        }),
    ];

    /// <summary>Some faults in an order that the random numbers make: all kinds, again and again.</summary>
    public static IEnumerable<Fault> Order(Cluster cluster, Random random, int count)
    {
        var left = new Queue<Func<Cluster, Random, Fault>>();
        for (int i = 0; i < count; i++)
        {
            if (left.Count == 0)
            {
                Func<Cluster, Random, Fault>[] kinds = [.. s_kinds];
                random.Shuffle(kinds);
                left = new Queue<Func<Cluster, Random, Fault>>(kinds);
            }

            yield return left.Dequeue()(cluster, random);
        }
    }

    private static Fault OfNode(string what, Cluster cluster, Random random, Func<Node, Random, Task> happen)
    {
        Node node = cluster.Nodes[random.Next(cluster.Nodes.Count)];
        var own = new Random(random.Next());
        return new Fault($"{node.Name} is {what}", () => happen(node, own));
    }

    private static async Task FreezeAsync(Node node, TimeSpan time)
    {
        await node.SignalAsync("STOP");
        await Task.Delay(time);
        await node.SignalAsync("CONT");
        await Patience.UntilAsync($"{node.Name} answers again", node.Service.Api.IsThereAsync);
    }
}
