namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Fact]
    public async Task Node_is_listed_with_what_it_told_of_itself()
    {
        string first = await BeginNodeAsync("first");
        string second = await BeginNodeAsync("second");
        Assert.False(await Ledger.ReportNodeAsync(first, "{\"slots\":7,\"äöü\":true}", s_never));
        Assert.True(await Ledger.RenewNodeAsync(first, s_never));

        IReadOnlyList<NodeRecord> nodes = await Ledger.ListNodesAsync(s_never);

        NodeRecord one = nodes.Single(node => node.Id == first);
        Assert.Equal(("first", "{\"slots\":7,\"äöü\":true}", Lease), (one.Name, one.Report, one.Lease));
        Assert.Equal((false, false), (one.IsOver, one.IsAskedToDrain));
        Assert.True(one.BegunAt <= one.RenewedAt);
        Assert.Null(nodes.Single(node => node.Id == second).Report);
    }

    [Fact]
    public async Task Node_that_is_asked_to_drain_hears_of_it_and_lives_on()
    {
        string node = await BeginNodeAsync();
        string other = await BeginNodeAsync("other");

        Assert.True(await Ledger.AskNodeToDrainAsync(node, s_never));
        Assert.True(await Ledger.AskNodeToDrainAsync(node, s_never));

        Assert.True(await Ledger.RenewNodeAsync(node, s_never));
        Assert.True(await Ledger.ReportNodeAsync(node, "draining", s_never));
        Assert.False(await Ledger.ReportNodeAsync(other, "not", s_never));
        Assert.Equal([node], (await Ledger.ListNodesAsync(s_never)).Where(static one => one.IsAskedToDrain).Select(static one => one.Id));
    }

    [Fact]
    public async Task Nodes_whose_lives_are_over_are_listed_so_and_hear_nothing()
    {
        string dead = await BeginNodeAsync("dead");
        await Place.LetTimePassAsync(Lease + TimeSpan.FromSeconds(1));
        string ended = await BeginNodeAsync("ended");
        string living = await BeginNodeAsync("living");
        await Ledger.EndNodeAsync(ended, s_never);

        Assert.False(await Ledger.AskNodeToDrainAsync(dead, s_never));
        Assert.False(await Ledger.AskNodeToDrainAsync(ended, s_never));
        Assert.False(await Ledger.AskNodeToDrainAsync("never", s_never));
        Assert.False(await Ledger.ReportNodeAsync(dead, "x", s_never));

        IReadOnlyList<NodeRecord> nodes = await Ledger.ListNodesAsync(s_never);
        Assert.Equal([living], nodes.Where(static node => !node.IsOver).Select(static node => node.Id));
        Assert.All(nodes.Where(static node => node.IsOver), node => Assert.Contains(node.Id, (string[])[dead, ended]));
    }

    [Fact]
    public async Task Report_is_not_longer_than_it_may_be()
    {
        string node = await BeginNodeAsync();

        await Ledger.ReportNodeAsync(node, new string('x', 16_384), s_never);
        await Assert.ThrowsAsync<ArgumentException>(() => Ledger.ReportNodeAsync(node, new string('x', 16_385), s_never));
    }
}
