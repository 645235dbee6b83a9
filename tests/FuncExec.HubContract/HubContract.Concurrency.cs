using System.Collections.Concurrent;

namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Fact]
    public async Task One_bad_turn_in_a_group_fails_alone()
    {
        const int Count = 400;
        long session = await OpenSessionAsync();
        Running[] instances = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => StartAsync($"i{i}", session)));

        // Every seventh turn is found out only after it has written: a message that is there is consumed with one that is not.
        SendOutcome.Stored[] messages = await Task.WhenAll(instances.Select(instance => SendAsync(instance.Id, "x")));
        TurnCommit[] turns =
        [
            .. instances.Select((instance, i) => instance.Turn() with
            {
                ConsumedMessages = i % 7 == 0 ? [messages[i].MessageId, 1_000_000_000] : [messages[i].MessageId],
                NewActivities = Activities(2),
                LeaseActivities = 2,
            }),
        ];
        CommitOutcome[] outcomes = await Task.WhenAll(turns.Select(
            turn => Task.Run(() => Hub.CommitTurnAsync(turn, s_never).AsTask())));

        for (int i = 0; i < Count; i++)
        {
            bool isBad = i % 7 == 0;
            Assert.Equal(isBad, outcomes[i] is CommitOutcome.StaleInput);
            Assert.Equal(isBad ? 1 : 2, (await FindAsync($"i{i}")).Version);
            Assert.Equal(isBad ? 1 : 0, (await ReadInboxAsync($"i{i}", session)).Length);
        }

        Assert.Equal(
            outcomes.OfType<CommitOutcome.Committed>().SelectMany(outcome => outcome.Activities).Select(receipt => receipt.Lease).OrderBy(lease => lease.Sequence),
            (await Hub.ReadHeldActivitiesAsync(session, 0, 10_000, s_never)).Select(activity => activity.Lease));
    }

    [Fact]
    public async Task Under_a_hail_of_calls_every_turn_and_every_message_counts_once()
    {
        const int Tasks = 32;
        const int Rounds = 200;
        const int Instances = 12;
        long[] sessions = [await OpenSessionAsync(), await OpenSessionAsync(), await OpenSessionAsync()];
        for (int i = 0; i < Instances; i++)
        {
            await Hub.CreateInstanceAsync(New($"i{i}"), null, s_never);
        }

        var sent = new ConcurrentBag<string>();
        var consumed = new ConcurrentBag<string>();
        int committed = 0;

        async Task HammerAsync(int task)
        {
            var random = new Random(task);
            for (int round = 0; round < Rounds; round++)
            {
                string id = $"i{random.Next(Instances)}";
                string content = $"{task}/{round}";
                if (await Hub.SendMessageAsync(Message(id, content), s_never) is SendOutcome.Stored)
                {
                    sent.Add(content);
                }

                if (await Hub.LeaseInstanceAsync(id, sessions[task % sessions.Length], s_never) is not LeaseInstanceOutcome.Leased leased)
                {
                    continue;
                }

                LeasedInstance instance = leased.Instance;
                var running = new Running(
                    instance.Lease, sessions[task % sessions.Length], instance.Record.Generation, instance.Record.Version);
                CommitOutcome outcome = await Hub.CommitTurnAsync(
                    running.Turn() with { ConsumedMessages = [.. instance.Messages.Select(message => message.Id)] }, s_never);
                if (outcome is CommitOutcome.Committed)
                {
                    Interlocked.Increment(ref committed);
                    foreach (StoredMessage message in instance.Messages)
                    {
                        consumed.Add(Text(message.Content));
                    }
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(() => HammerAsync(task))));

        long turns = 0;
        foreach (long session in sessions)
        {
            await Hub.CloseSessionAsync(session, s_never);
        }

        long reader = await OpenSessionAsync();
        for (int i = 0; i < Instances; i++)
        {
            LeasedInstance instance = await LeaseAsync($"i{i}", reader);
            string[] history = await ReadHistoryAsync(instance.Record.Key);
            Assert.Equal(Enumerable.Range(0, history.Length).Select(version => Convert.ToHexString(BitConverter.GetBytes((long)version))), history);
            Assert.Equal(instance.Record.Version, history.Length);
            turns += history.Length - 1;
            foreach (StoredMessage unread in instance.Messages)
            {
                consumed.Add(Text(unread.Content));
            }
        }

        Assert.Equal(committed, turns);
        Assert.Equal(Tasks * Rounds, sent.Count);
        Assert.Equal(sent.Order(StringComparer.Ordinal), consumed.Order(StringComparer.Ordinal));
    }
}
