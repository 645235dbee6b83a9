namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Theory]
    [InlineData("empty")]
    [InlineData("odd characters")]
    [InlineData("half a surrogate pair")]
    [InlineData("just short")]
    [InlineData("just long")]
    [InlineData("long and dull")]
    [InlineData("long and full of noise")]
    public async Task Text_and_bytes_come_back_as_they_were_given(string kind)
    {
        string text = kind switch
        {
            "empty" => "",
            "odd characters" => "äöü ß 漢字 🦊 \u0000 \u0001 \r\n \"'; DROP TABLE instances; --",
            "half a surrogate pair" => "half a pair \ud83e",
            "just short" => new string('x', 4_096),
            "just long" => new string('ä', 4_097),
            "long and dull" => string.Concat(Enumerable.Repeat("🦊 long and dull ", 100_000)),
            _ => Noise(300_000),
        };
        long session = await OpenSessionAsync();
        byte[] bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan()).ToArray();
        NewInstance first = New("a") with { FirstTurn = bytes, Tags = text, Name = "name " + text };
        var created = Assert.IsType<CreateOutcome.Created>(await Hub.CreateInstanceAsync(first, session, s_never));
        var running = new Running(created.Lease!, session, first.Generation, 1);
        await Hub.SendMessageAsync(new OutgoingMessage("a", null, bytes), s_never);
        NewActivity activity = new() { TaskId = 1, Name = "name", Input = text, Tags = text, Version = "1" };
        await CommitAsync(running.Turn() with { Turn = bytes, CustomStatus = text, NewActivities = [activity], LeaseActivities = 1 });

        Assert.Equal(activity, Assert.Single(await Hub.ReadHeldActivitiesAsync(session, 0, 10, s_never)).Activity);
        LeasedInstance leased = await LeaseAsync("a", session);
        Assert.Equal(bytes, Assert.Single(leased.Messages).Content.ToArray());
        await CommitAsync((running with { Version = 2 }).Turn(InstanceStatus.Completed) with { Output = text, Failure = text, CustomStatus = text });

        InstanceRecord record = await FindAsync("a");
        Assert.Equal((first.Name, text, text, text, text), (record.Name, record.Tags, record.CustomStatus, record.Output, record.Failure));
        IReadOnlyList<ReadOnlyMemory<byte>> history = await Hub.ReadHistoryAsync(record.Key, 0, 10, s_never);
        Assert.Equal(bytes, history[0].ToArray());
        Assert.Equal(bytes, history[1].ToArray());
    }

    [Fact]
    public async Task Ids_are_any_text()
    {
        long session = await OpenSessionAsync();
        string[] ids = ["a", "A", " a", "ä", "a\u0308", "🦊", "'; --", "a\0b", "a\0c", "half \ud83e", "half \ud83f", new('x', 5_000)];
        foreach (string id in ids)
        {
            await StartAsync(id, session);
        }

        Assert.Equal(ids, (await Hub.QueryInstancesAsync(new InstanceQuery(), s_never)).Items.Select(item => item.InstanceId));
        foreach (string id in ids)
        {
            Assert.Equal(id, (await FindAsync(id)).InstanceId);
            Assert.IsType<CreateOutcome.InUse>(await Hub.CreateInstanceAsync(New(id), session, s_never));
        }
    }

    // Text that does not compress, the same in every run.
    private static string Noise(int length)
    {
        var random = new Random(1);
        return string.Create(length, random, static (span, random) =>
        {
            foreach (ref char c in span)
            {
                c = (char)random.Next(0x20, 0xd800);
            }
        });
    }
}
