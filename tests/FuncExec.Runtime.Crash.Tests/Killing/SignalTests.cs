using System.Globalization;
using FuncExec.Runtime.Crash.Tests.Running;
using Microsoft.DurableTask.Client.Entities;
using Xunit.Abstractions;

namespace FuncExec.Runtime.Crash.Tests.Killing;

/// <summary>Fifty senders signal entities while the host is killed at random moments.</summary>
public sealed class SignalTests(ITestOutputHelper output)
{
    private const int Senders = 50;

    private static readonly int s_kills = TestForm.IsLong ? 50 : 5;

    /// <summary>How many entities, and how many signals each sender has for each: many of little, and few of much.</summary>
    public static TheoryData<int, int> Shapes => TestForm.IsLong ? new() { { 1_000, 2 }, { 10, 200 } } : new() { { 20, 2 }, { 2, 20 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Each_signal_is_applied_once_and_in_the_order_of_its_sender(int entities, int toEach)
    {
        using var data = new DataDirectory();
        var random = new Random(TestForm.Seed);
        output.WriteLine($"FUNCEXEC_SEED={TestForm.Seed}");
        int batches = entities * Senders * toEach / 40;
        bool ended = false;
        for (int kills = 0; !ended; kills++)
        {
            await using HostProcess host = HostProcess.Start(
                [], "signals", data.Hub, data.Journal, Text(Senders), Text(entities), Text(toEach));
            int lines = 1 + random.Next(Math.Max(2, 2 * batches / s_kills));
            for (int read = 0; !ended && (kills >= s_kills || read < lines); read++)
            {
                ended = await host.ReadLineAsync() == "ended";
            }

            await host.KillAsync();
            output.WriteLine(ended ? $"Ended after {kills} kills." : $"Killed after {lines} lines.");
        }

        await HubJudge.NothingWaitsAsync(data.Hub);
        using var journal = new Journal(Path.Combine(data.Create("judge"), "journal"));
        await using DurableEngine engine = await HostNode.StartAsync(data.Hub, journal);
        int found = 0;
        await foreach (EntityMetadata<Received> entity in engine.Client.Entities.GetAllEntitiesAsync<Received>())
        {
            found++;
            Assert.Empty(entity.State.Wrong);
            Assert.Equal(Enumerable.Range(0, Senders), entity.State.Last.Keys.Order());
            Assert.All(entity.State.Last.Values, last => Assert.Equal(toEach - 1, last));
        }

        Assert.Equal(entities, found);
        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
