using System.Text;
using FuncExec.Cli.Jobs;

namespace FuncExec.Cli.Tests;

public sealed class DocumentPlacementTests
{
    [Theory]
    [InlineData("""{"command":"c"}""", """{"command":"c","workingDirectory":"/here"}""")]
    [InlineData("""{"command":"c","workingDirectory":"in"}""", """{"command":"c","workingDirectory":"/here/in"}""")]
    [InlineData("""{"command":"c","working_dir":"/there"}""", """{"command":"c","working_dir":"/there"}""")]
    [InlineData("""{"commands":[{"command":"c"},{"command":"d"}]}""", """{"commands":[{"command":"c","workingDirectory":"/here"},{"command":"d","workingDirectory":"/here"}]}""")]
    [InlineData("""{"steps":[{"payload":{"command":"c"}}]}""", """{"steps":[{"payload":{"command":"c","workingDirectory":"/here"}}]}""")]
    [InlineData("""{"steps":[{"tasks":[{"payload":{"command":"c"}}]}]}""", """{"steps":[{"tasks":[{"payload":{"command":"c","workingDirectory":"/here"}}]}]}""")]
    [InlineData(
        """{"executor":"http","steps":[{"payload":{"url":"u"}},{"executor":"command","payload":{"command":"c"}}]}""",
        """{"executor":"http","steps":[{"payload":{"url":"u"}},{"executor":"command","payload":{"command":"c","workingDirectory":"/here"}}]}""")]
    public void Commands_start_where_the_caller_is(string document, string placed) =>
        Assert.Equal(placed, Encoding.UTF8.GetString(DocumentPlacement.Place(Encoding.UTF8.GetBytes(document), "/here")));

    [Theory]
    [InlineData("""{"steps":[{"payload":{"command":"c"},"artifacts":["out"]},{"payload":{"command":"d"}}]}""")]
    [InlineData("""{"command":"c","command":"d"}""")]
    [InlineData("""{"command":"c" """)]
    [InlineData("""["c"]""")]
    [InlineData("null")]
    [InlineData("")]
    public void A_document_of_directories_of_its_own_or_with_mistakes_stays_as_it_is(string document) =>
        Assert.Equal(document, Encoding.UTF8.GetString(DocumentPlacement.Place(Encoding.UTF8.GetBytes(document), "/here")));
}
