using System.Text.Json;
using FuncExec.ExecutorPlugins.Command;
using FuncExec.ExecutorPlugins.Command.Policy;
using FuncExec.ExecutorPlugins.Processes.Portable;

namespace FuncExec.ExecutorPlugins.Tests.Command;

public sealed class CommandPayloadTests
{
    private readonly CommandExecutor _executor = new(
        new CommandExecutorOptions(), new CommandPolicyOptions(), new PortableProcessRunner(TimeProvider.System));

    [Theory]
    [InlineData("""{"command":"a"}""")]
    [InlineData("""{"command":"a","args":[],"env":{},"workingDirectory":null,"stdin":"","shell":false}""")]
    [InlineData("""{"command":"a","workingDirectory":"a/../b/./c"}""")]
    [InlineData("""{"command":"a","workingDirectory":"/a/../b"}""")]
    [InlineData("""{"command":"a","args":["x",""],"env":{"A":""},"working_dir":"src","stdin":"a\u0000b","shell":true}""")]
    public void Good_payload_has_no_mistakes(string payload) => Assert.Empty(Validate(payload));

    [Theory]
    [InlineData("null", "$")]
    [InlineData("[]", "$")]
    [InlineData("\"ls\"", "$")]
    [InlineData("{}", "$.command")]
    [InlineData("""{"command":""}""", "$.command")]
    [InlineData("""{"command":1}""", "$.command")]
    [InlineData("""{"command":null}""", "$.command")]
    [InlineData("""{"command":"a\u0000"}""", "$.command")]
    [InlineData("""{"command":"a","command":"b"}""", "$.command")]
    [InlineData("""{"command":"a","args":"b"}""", "$.args")]
    [InlineData("""{"command":"a","args":["b",2]}""", "$.args[1]")]
    [InlineData("""{"command":"a","env":[]}""", "$.env")]
    [InlineData("""{"command":"a","env":{"A":1}}""", "$.env.A")]
    [InlineData("""{"command":"a","env":{"":"x"}}""", "$.env['']")]
    [InlineData("""{"command":"a","env":{"A=B":"x"}}""", "$.env['A=B']")]
    [InlineData("""{"command":"a","workingDirectory":{}}""", "$.workingDirectory")]
    [InlineData("""{"command":"a","workingDirectory":"x","working_dir":"y"}""", "$.working_dir")]
    [InlineData("""{"command":"a","workingDirectory":".."}""", "$.workingDirectory")]
    [InlineData("""{"command":"a","workingDirectory":"a/../../b"}""", "$.workingDirectory")]
    [InlineData("""{"command":"a","working_dir":"./../x"}""", "$.working_dir")]
    [InlineData("""{"command":"a","stdin":1}""", "$.stdin")]
    [InlineData("""{"command":"a","shell":"yes"}""", "$.shell")]
    [InlineData("""{"command":"a","arguments":[]}""", "$.arguments")]
    [InlineData("""{"command":"\ud800"}""", "$")]
    public void Mistake_is_named_where_it_is(string payload, string path) => Assert.Equal([path], Validate(payload).Select(static mistake => mistake.Path));

    [Fact]
    public void All_mistakes_are_named_at_once() =>
        Assert.Equal(["$.args[0]", "$.colour", "$.command"], Validate("""{"args":[1],"colour":"red"}""").Select(static mistake => mistake.Path).Order());

    private IReadOnlyList<PayloadMistake> Validate(string payload)
    {
        using JsonDocument document = JsonDocument.Parse(payload);
        return _executor.Validate(document.RootElement);
    }
}
