using System.Text;
using System.Text.Json;
using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator.Reading;
using FuncExec.WorkerFunctions.Tests.Api.Support;

namespace FuncExec.WorkerFunctions.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class JobSchemaTests(ApiApp app)
{
    private static readonly JsonElement Root = Load();
    private static readonly Schema Schema = new(Root);

    public static TheoryData<string> Right =>
    [
        """{"command":"true"}""",
        """{"command":"echo","args":["a",""],"env":{"A":"b"},"workingDirectory":"src","stdin":"x","shell":false}""",
        """{"command":"echo","working_dir":"/tmp","timeout_seconds":1.5,"executor":"command","name":"n","maxParallelism":10000}""",
        """{"command":"echo","timeout":"01:00:00","retry":{"maxAttempts":3},"rerunOnLoss":false,"artifacts":["out/**"]}""",
        """{"command":"echo","runsOn":["gpu","os=linux"],"priority":9}""", """{"command":"echo","runsOn":[],"priority":0}""",
        """{"affinity":"job","steps":[{"name":"a","affinity":null,"tasks":[{"payload":{"command":"a"},"affinity":"none"}]}]}""",
        """{"runsOn":null,"steps":[{"name":"a","priority":null,"runsOn":["a"],"tasks":[{"payload":{"command":"a"},"runsOn":["b"],"priority":1}]}]}""",
        """{"command":"echo","name":null,"args":null,"timeout":null,"retry":null,"artifacts":null,"rerunOnLoss":null}""",
        """{"commands":[{"command":"a"},{"command":"b","timeout":"PT1M","artifacts":{"paths":["a","b/*"],"when":"always"}}]}""",
        """{"name":"A-b_9","timeout":"1.00:00:00","commands":[{"command":"a","retry":{"maxAttempts":1000,"initialInterval":"0s","backoffCoefficient":1,"maxInterval":"500ms","jitter":0,"retryOnExitCodes":[-1,0,999],"failOnExitCodes":[2],"retryOnErrors":["exit","signal","timeout","notFound","lost","artifacts"]}}]}""",
        """{"steps":[{"name":"a","payload":{"command":"a"}}]}""",
        """{"steps":[{"name":"a","needs":[],"tasks":[{"payload":{"command":"a"},"timeout":"5m","executor":"command","artifacts":["x"],"rerunOnLoss":true}]},{"name":"b","needs":["a"],"continueOnError":true,"artifacts":["y"],"payload":{"any":1},"executor":"other"}]}""",
    ];

    public static TheoryData<string> Wrong =>
    [
        "null", "1", "[]", "\"x\"", "{}",
        """{"command":1}""", """{"command":""}""", """{"comand":"a"}""", """{"command":"a","commands":[]}""", """{"command":"a","steps":[]}""",
        """{"command":"a","args":"b"}""", """{"command":"a","args":[1]}""", """{"command":"a","env":[]}""", """{"command":"a","env":{"A":1}}""",
        """{"command":"a","shell":"yes"}""", """{"command":"a","stdin":1}""", """{"command":"a","unknown":1}""", """{"command":"a","timeout":60}""",
        """{"command":"a","timeout":"60"}""", """{"command":"a","timeout":"1:00"}""", """{"command":"a","timeout":"24:00:00"}""", """{"command":"a","timeout":"00:60:00"}""",
        """{"command":"a","timeout":"P1Y"}""", """{"command":"a","timeout":"-5s"}""", """{"command":"a","timeout":""}""", """{"command":"a","timeout_seconds":0}""",
        """{"command":"a","timeout_seconds":"1"}""", """{"command":"a","maxParallelism":0}""", """{"command":"a","maxParallelism":10001}""", """{"command":"a","maxParallelism":1.5}""",
        """{"command":"a","name":""}""", """{"command":"a","name":"a b"}""", """{"command":"a","name":"é"}""", """{"command":"a","name":1}""",
        """{"command":"a","retry":3}""", """{"command":"a","retry":{"max":3}}""", """{"command":"a","retry":{"maxAttempts":0}}""", """{"command":"a","retry":{"maxAttempts":1001}}""",
        """{"command":"a","retry":{"backoffCoefficient":0.5}}""", """{"command":"a","retry":{"jitter":2}}""", """{"command":"a","retry":{"retryOnExitCodes":[1000]}}""",
        """{"command":"a","retry":{"retryOnExitCodes":["1"]}}""", """{"command":"a","retry":{"retryOnErrors":["other"]}}""", """{"command":"a","rerunOnLoss":"no"}""",
        """{"command":"a","runsOn":"gpu"}""", """{"command":"a","runsOn":["a b"]}""", """{"command":"a","runsOn":["a=b=c"]}""", """{"command":"a","runsOn":["a="]}""", """{"command":"a","priority":10}""", """{"command":"a","priority":1.5}""", """{"command":"a","affinity":"node"}""",
        """{"command":"a","artifacts":"out"}""", """{"command":"a","artifacts":[]}""", """{"command":"a","artifacts":[1]}""", """{"command":"a","artifacts":["/abs"]}""",
        """{"command":"a","artifacts":["a/../b"]}""", """{"command":"a","artifacts":[".."]}""", """{"command":"a","artifacts":["a\\b"]}""", """{"command":"a","artifacts":[""]}""",
        """{"command":"a","artifacts":{"paths":["a"],"when":"never"}}""", """{"command":"a","artifacts":{"paths":["a"],"other":1}}""", """{"command":"a","artifacts":{"when":"always"}}""",
        """{"commands":[]}""", """{"commands":{}}""", """{"commands":[1]}""", """{"commands":[{}]}""", """{"commands":[{"payload":{"command":"a"}}]}""", """{"commands":[{"command":"a","name":"x"}]}""",
        """{"commands":[{"command":"a"}],"artifacts":["x"]}""", """{"commands":[{"command":"a"}],"args":["x"]}""",
        """{"steps":[]}""", """{"steps":[{}]}""", """{"steps":[{"name":"a"}]}""", """{"steps":[{"payload":{"command":"a"}}]}""", """{"steps":[{"name":"a","payload":{"command":"a"},"tasks":[]}]}""",
        """{"steps":[{"name":"a","tasks":[]}]}""", """{"steps":[{"name":"a","tasks":[{}]}]}""", """{"steps":[{"name":"a","tasks":[{"payload":1}]}]}""", """{"steps":[{"name":"a","tasks":[{"command":"a"}]}]}""",
        """{"steps":[{"name":"a","payload":{"command":"a"},"needs":"b"}]}""", """{"steps":[{"name":"a","payload":{"command":"a"},"needs":[1]}]}""", """{"steps":[{"name":"a","payload":{"command":"a"},"continueOnError":1}]}""",
        """{"steps":[{"name":"a b","payload":{"command":"a"}}]}""", """{"steps":[{"name":"a","payload":{"command":"a"},"maxParallelism":1}]}""", """{"steps":[{"name":"a","payload":{"command":"a"}}],"artifacts":["x"]}""",
    ];

    [Theory]
    [MemberData(nameof(Right))]
    public void What_the_reader_takes_fits_the_schema(string document)
    {
        Assert.IsType<JobReading.Valid>(Read(document));
        Assert.Empty(Schema.Check(JsonElement.Parse(document)));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_the_reader_refuses_does_not_fit_the_schema(string document)
    {
        Assert.IsType<JobReading.Invalid>(Read(document));
        Assert.NotEmpty(Schema.Check(JsonElement.Parse(document)));
    }

    [Theory]
    [InlineData("jobOfSteps", """{"steps":[{"name":"a","payload":{"command":"a"}}],"?":1}""", "$['?']")]
    [InlineData("jobOfCommands", """{"commands":[{"command":"a"}],"?":1}""", "$['?']")]
    [InlineData("jobOfOneCommand", """{"command":"a","?":1}""", "$['?']")]
    [InlineData("step", """{"steps":[{"name":"a","payload":{"command":"a"},"?":1}]}""", "$.steps[0]['?']")]
    [InlineData("task", """{"steps":[{"name":"a","tasks":[{"payload":{"command":"a"},"?":1}]}]}""", "$.steps[0].tasks[0]['?']")]
    [InlineData("command", """{"commands":[{"command":"a","?":1}]}""", "$.commands[0]['?']")]
    [InlineData("retry", """{"command":"a","retry":{"?":1}}""", "$.retry['?']")]
    public void Reader_and_schema_know_the_same_members(string definition, string document, string path)
    {
        const string lead = "Known are: ";
        string message = Assert.Single(((JobReading.Invalid)Read(document)).Mistakes, mistake => mistake.Path == path).Message;
        string known = message[(message.IndexOf(lead, StringComparison.Ordinal) + lead.Length)..];
        IEnumerable<string> inReader = known.Split('.')[0].Split(", ").Where(static name => name.Length > 0);
        IEnumerable<string> inSchema = Root.GetProperty("$defs").GetProperty(definition).GetProperty("properties").EnumerateObject().Select(static member => member.Name);

        // The other form of a step's tasks is told when both or none are given.
        if (definition == "step")
        {
            inReader = inReader.Union(["tasks", "payload"]);
        }

        Assert.Equal(inSchema.Order(StringComparer.Ordinal), inReader.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Examples_of_the_schema_are_right()
    {
        foreach (JsonElement example in Root.GetProperty("examples").EnumerateArray())
        {
            Assert.Empty(Schema.Check(example));
            Assert.IsType<JobReading.Valid>(Read(example.GetRawText()));
        }
    }

    [Fact]
    public void Everything_in_the_schema_is_described()
    {
        foreach (JsonProperty definition in Root.GetProperty("$defs").EnumerateObject())
        {
            if (definition.Value.TryGetProperty("properties", out JsonElement properties))
            {
                Assert.True(definition.Value.TryGetProperty("description", out _), definition.Name);
                Assert.All(properties.EnumerateObject(), member => Assert.True(
                    member.Value.TryGetProperty("description", out _) || member.Value.TryGetProperty("$ref", out _), $"{definition.Name}.{member.Name}"));
            }
        }
    }

    private JobReading Read(string document) => JobReader.Read(Encoding.UTF8.GetBytes(document), (name, payload) =>
        app.Executors.TryGet(name, out IExecutor? executor)
            ? [.. executor.Validate(payload).Select(static mistake => new JobMistake(mistake.Path, mistake.Message))]
            : []);

    private static JsonElement Load()
    {
        using Stream stream = typeof(JobReader).Assembly.GetManifestResourceStream("job.schema.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
