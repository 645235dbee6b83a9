using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Golden;

/// <summary>What was stored once stays readable, and is written the same today: a difference here is a new format and needs a migration.</summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Messages => [.. GoldenSamples.Messages.Keys, .. GoldenSamples.EntityMessages.Keys, .. GoldenSamples.ControlMessages.Keys, .. GoldenSamples.TracedMessages.Keys];

    public static TheoryData<string> Entities => [.. GoldenSamples.Entities.Keys];

    public static TheoryData<string> Turns => [.. GoldenSamples.Turns.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_written_as_ever_and_read_back_byte_for_byte(string name)
    {
        byte[] golden = Read(name);
        ReceivedEvent sample = GoldenSamples.Messages.GetValueOrDefault(name)
            ?? GoldenSamples.EntityMessages.GetValueOrDefault(name)
            ?? GoldenSamples.ControlMessages.GetValueOrDefault(name)
            ?? GoldenSamples.TracedMessages[name];

        Assert.Equal(Text(golden), Text(HistoryFormat.Encode(sample)));
        Assert.Equal(Text(golden), Text(HistoryFormat.Encode(HistoryFormat.DecodeMessage(golden))));
    }

    [Theory]
    [MemberData(nameof(Turns))]
    public void A_turn_is_written_as_ever_and_read_back_byte_for_byte(string name)
    {
        byte[] golden = Read(name);
        TurnRecord decoded = HistoryFormat.DecodeTurn(golden);

        Assert.Equal(Text(golden), Text(HistoryFormat.Encode(GoldenSamples.Turns[name])));
        Assert.Equal(Text(golden), Text(HistoryFormat.Encode(decoded)));
        Assert.Equal(DateTimeKind.Utc, decoded.At.Kind);
    }

    [Theory]
    [MemberData(nameof(Entities))]
    public void An_entity_is_written_as_ever_and_read_back_byte_for_byte(string name)
    {
        byte[] golden = Read(name);

        Assert.Equal(Text(golden), Text(GoldenSamples.Entities[name].Encode()));
        Assert.Equal(Text(golden), Text(EntitySnapshot.Decode(golden).Encode()));
    }

    [Theory]
    [InlineData("""{"v":2}""", "format 2")]
    [InlineData("null", "empty")]
    [InlineData("""{"state":"1"}""", "format 0")]
    public void An_entity_that_this_version_does_not_understand_fails_loudly(string entity, string why) => Assert.Contains(
        why, Assert.ThrowsAny<JsonException>(() => EntitySnapshot.Decode(Encoding.UTF8.GetBytes(entity))).Message, StringComparison.Ordinal);

    [Fact]
    public void Failures_and_tags_are_written_as_ever_and_read_back_byte_for_byte()
    {
        string failure = Text(Read("failure"));
        string tags = Text(Read("tags"));

        Assert.Equal(failure, GoldenSamples.Failure.Encode());
        Assert.Equal(failure, FailureData.Decode(failure).Encode());
        Assert.Equal(tags, HistoryFormat.EncodeTags(GoldenSamples.Tags));
        Assert.Equal(tags, HistoryFormat.EncodeTags(HistoryFormat.DecodeTags(tags)));
    }

    [Fact]
    public void Every_kind_of_event_has_a_golden_file()
    {
        IEnumerable<Type> kept = GoldenSamples.Turns.Values.SelectMany(turn => turn.Received.Concat<HistoryEvent>(turn.Decided)).Select(kind => kind.GetType());

        Assert.Equal(
            typeof(HistoryEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(kind => kind.DerivedType.Name).Order(),
            kept.Select(kind => kind.Name).Distinct().Order());
    }

    [Fact]
    public void The_names_that_are_stored_do_not_change()
    {
        var names = new StringBuilder();
        foreach (JsonDerivedTypeAttribute kind in typeof(HistoryEvent).GetCustomAttributes<JsonDerivedTypeAttribute>())
        {
            names.Append(kind.TypeDiscriminator).Append(": ").AppendLine(MembersOf(kind.DerivedType));
        }

        names.Append("turn: ").AppendLine(MembersOf(typeof(StoredTurn)));
        names.Append("parent: ").AppendLine(MembersOf(typeof(ParentLink)));
        names.Append("trace: ").AppendLine(MembersOf(typeof(TraceLink)));
        names.Append("caller: ").AppendLine(MembersOf(typeof(EntityCaller)));
        names.Append("entity: ").AppendLine(MembersOf(typeof(EntitySnapshot)));
        names.Append("delayed: ").AppendLine(MembersOf(typeof(DelayedOperation)));
        names.Append("failure: ").AppendLine(MembersOf(typeof(FailureData)));
        names.Append("statuses: ").AppendLine(string.Join(' ', Enum.GetValues<InstanceStatus>().Select(status => $"{status}={(int)status}")));
        Assert.Equal(File.ReadAllText(PathOf("names.txt")), names.ToString());
    }

    [Theory]
    [MemberData(nameof(Turns))]
    public void Members_that_a_later_version_adds_are_ignored(string name)
    {
        byte[] golden = Read(name);
        JsonNode turn = JsonNode.Parse(golden)!;
        foreach (JsonNode? happened in new[] { turn["in"], turn["out"] }.SelectMany(list => list?.AsArray() ?? []))
        {
            happened!["later"] = new JsonObject { ["kind"] = "x" };
        }

        turn["later"] = new JsonArray(1, "two");
        TurnRecord decoded = HistoryFormat.DecodeTurn(Encoding.UTF8.GetBytes(turn.ToJsonString()));
        Assert.Equal(Text(golden), Text(HistoryFormat.Encode(decoded)));
    }

    [Theory]
    [InlineData("""{"v":1,"at":"2026-03-01T12:30:15Z","in":[{"kind":"TaskPaused","id":1}]}""")]
    [InlineData("""{"v":1,"at":"2026-03-01T12:30:15Z","in":[{"id":1}]}""")]
    [InlineData("""{"v":1,"at":"2026-03-01T12:30:15Z","in":[{"kind":"TimerCreated","id":1}]}""")]
    [InlineData("""{"v":1,"at":"2026-03-01T12:30:15Z","out":[{"kind":"TimerFired","id":1}]}""")]
    [InlineData("""{"v":1,"at":"2026-03-01T12:30:15Z","out":[{"kind":"ExecutionCompleted","status":"Vanished"}]}""")]
    [InlineData("""{"at":"2026-03-01T12:30:15Z"}""")]
    [InlineData("null")]
    [InlineData("{")]
    public void A_turn_that_this_version_does_not_understand_fails_loudly(string turn) =>
        Assert.ThrowsAny<JsonException>(() => HistoryFormat.DecodeTurn(Encoding.UTF8.GetBytes(turn)));

    [Theory]
    [InlineData("""{"kind":"TaskPaused","id":1}""")]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"kind":"TimerCreated","id":1}""")]
    [InlineData("null")]
    public void A_message_that_this_version_does_not_understand_fails_loudly(string message) =>
        Assert.ThrowsAny<JsonException>(() => HistoryFormat.DecodeMessage(Encoding.UTF8.GetBytes(message)));

    [Fact]
    public void A_later_version_is_named()
    {
        JsonException refused = Assert.Throws<JsonException>(
            () => HistoryFormat.DecodeTurn("""{"v":2,"at":"2026-03-01T12:30:15Z"}"""u8));

        Assert.Contains("format 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("format 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_of_a_later_version_is_left_as_it_is_and_said_so()
    {
        await using var node = new Node();
        node.Orchestrator("Same", context => Task.FromResult(context.GetInput<int>()));
        byte[] later = """{"v":2,"at":"2026-03-01T12:30:15Z","in":[{"kind":"ExecutionStarted","name":"Same"}]}"""u8.ToArray();
        await using (IHub hub = node.CreateHub())
        {
            await hub.OpenAsync(CancellationToken.None);
            await hub.CreateInstanceAsync(
                new NewInstance { InstanceId = "later", Name = "Same", Generation = Guid.NewGuid(), FirstTurn = later, CreatedAt = DateTimeOffset.UtcNow },
                leaseTo: null,
                CancellationToken.None);
        }

        await node.StartAsync();
        Assert.Equal(5, await node.ResultAsync<int>("Same", 5));
        await Wait.UntilAsync(() => node.Errors.Any(error => error.Contains("'later'", StringComparison.Ordinal) && error.Contains("format 2", StringComparison.Ordinal)));
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await node.Client.GetInstanceAsync("later"))!.RuntimeStatus);
    }

    private static string MembersOf(Type type) => string.Join(' ', HistoryJson.Default.GetTypeInfo(type)!.Properties.Select(member => member.Name));

    private static byte[] Read(string name) => Encoding.UTF8.GetBytes(File.ReadAllText(PathOf($"{name}.json")).TrimEnd('\n'));

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", file);

    private static string Text(ReadOnlyMemory<byte> encoded) => Encoding.UTF8.GetString(encoded.Span);
}
