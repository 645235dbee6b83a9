using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Entities;
using Moq;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class EntitySurfaceTests
{
    [Fact]
    public void An_id_is_written_and_read_with_its_name_in_lower_case()
    {
        EntityInstanceId id = new("Counter", "A@b");

        Assert.Equal("@counter@A@b", id.ToString());
        Assert.Equal(id, EntityInstanceId.FromString("@COUNTER@A@b"));
        Assert.Equal("\"@counter@A@b\"", JsonSerializer.Serialize(id));
        Assert.Equal(id, JsonSerializer.Deserialize<EntityInstanceId>("\"@counter@A@b\""));
    }

    [Theory]
    [InlineData("counter@a")]
    [InlineData("@counter")]
    [InlineData("@@a")]
    [InlineData("@")]
    [InlineData("")]
    public void Text_of_another_shape_is_no_id(string text)
    {
        Assert.Throws<ArgumentException>(() => EntityInstanceId.FromString(text));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<EntityInstanceId>($"\"{text}\""));
    }

    [Fact]
    public void A_name_with_the_separator_is_refused() =>
        Assert.Throws<ArgumentException>(() => new EntityInstanceId("a@b", "k"));

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "@")]
    [InlineData("Counter", "@counter")]
    [InlineData("@Counter@Key", "@counter@Key")]
    [InlineData("Counter@Key", "@counter@Key")]
    public void A_query_puts_the_name_in_lower_case_and_leaves_the_key(string? given, string? kept) =>
        Assert.Equal(kept, new EntityQuery { InstanceIdStartsWith = given }.InstanceIdStartsWith);

    [Fact]
    public void Signal_options_come_from_a_time()
    {
        DateTimeOffset time = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        SignalEntityOptions options = time;

        Assert.Equal(time, options.SignalTime);
    }

    [Fact]
    public void Metadata_without_a_state_says_so()
    {
        EntityInstanceId id = new("counter", "a");
        EntityMetadata with = new(id, new SerializedData("3", JsonDataConverter.Default));
        EntityMetadata<int?> without = new(id, null);

        Assert.Equal(3, with.State.ReadAs<int>());
        Assert.False(without.IncludesState);
        Assert.Throws<InvalidOperationException>(() => without.State);
        Assert.Throws<ArgumentException>(() => new EntityMetadata(default));
    }

    [Fact]
    public void Metadata_is_written_with_what_there_is_to_tell()
    {
        EntityInstanceId id = new("counter", "a");
        EntityMetadata<int> idle = new(id, 3) { LastModifiedTime = DateTimeOffset.UnixEpoch };
        EntityMetadata held = new(id) { BacklogQueueSize = 2, LockedBy = "b" };
        EntityMetadata stored = new(id, new SerializedData("{}"));

        Assert.Equal("""{"Id":"@counter@a","LastModifiedTime":"1970-01-01T00:00:00+00:00","State":3}""", JsonSerializer.Serialize(idle));
        Assert.EndsWith(""","backlogQueueSize":2,"lockedBy":"b"}""", JsonSerializer.Serialize(held, JsonSerializerOptions.Web), StringComparison.Ordinal);
        Assert.EndsWith(""","State":"{}"}""", JsonSerializer.Serialize(stored), StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_or_client_without_entities_says_so()
    {
        DurableTaskClient client = new Mock<DurableTaskClient>("c") { CallBase = true }.Object;

        Assert.StartsWith("Durable entities are not supported by ", Assert.Throws<NotSupportedException>(() => new FakeContext().Entities).Message);
        Assert.StartsWith("Durable entities are not supported by ", Assert.Throws<NotSupportedException>(() => client.Entities).Message);
    }

    [Fact]
    public async Task An_operation_that_the_entity_has_not_is_named()
    {
        Mock<TaskEntityContext> context = new();
        Mock<TaskEntityState> state = new();
        Mock<TaskEntityOperation> operation = new();
        context.Setup(c => c.Id).Returns(new EntityInstanceId("counter", "k"));
        operation.Setup(o => o.Name).Returns("add");
        operation.Setup(o => o.Context).Returns(context.Object);
        operation.Setup(o => o.State).Returns(state.Object);
        operation.Setup(o => o.ToString()).Returns("counter/add");

        NotSupportedException missing = await Assert.ThrowsAsync<NotSupportedException>(() => new Counter().RunAsync(operation.Object).AsTask());

        Assert.Equal("No suitable method found for entity operation 'counter/add'.", missing.Message);
    }

    private sealed class Counter : TaskEntity<int>;
}
