using System.Text;
using System.Text.Json;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.Orchestrator.Reading;

namespace FuncExec.Orchestrator.Tests.Reading;

public sealed class JobReaderTests
{
    [Fact]
    public void Whole_document_is_read()
    {
        Job job = Documents.ReadValid("""
            {
              "name": "nightly", "maxParallelism": 64, "timeout": "01:00:00", "executor": "command",
              "steps": [
                { "name": "compile", "executor": "command",
                  "payload": { "command": "make", "args": ["-j4"], "env": {"CC": "gcc"}, "workingDirectory": "src", "stdin": "" },
                  "timeout": "00:10:00",
                  "retry": { "maxAttempts": 3, "initialInterval": "00:00:01", "backoffCoefficient": 2, "maxInterval": "00:01:00",
                             "jitter": 0.2, "retryOnExitCodes": [75], "failOnExitCodes": [2] } },
                { "name": "test", "needs": ["compile"], "continueOnError": true,
                  "tasks": [ { "payload": { "command": "./t1" } }, { "payload": { "command": "./t2" }, "timeout": "5s", "executor": "other" } ] }
              ]
            }
            """);

        Assert.Equal(("nightly", 64, TimeSpan.FromHours(1)), (job.Name, job.MaxParallelism, job.Timeout));
        Assert.Equal(["compile", "test"], job.Steps.Select(static step => step.Name));
        TaskSettings compile = job.SettingsOf(job.Steps[0], job.Steps[0].Tasks[0]);
        Assert.Equal(("command", TimeSpan.FromMinutes(10)), (compile.Executor, compile.Timeout));
        Assert.Equal((3, 2.0, 0.2), (compile.Retry!.MaxAttempts, compile.Retry.BackoffCoefficient, compile.Retry.Jitter));
        Assert.Equal([75], compile.Retry.RetryOnExitCodes);
        Assert.Equal([2], compile.Retry.FailOnExitCodes);
        Assert.Equal(["compile"], job.Steps[1].Needs);
        Assert.True(job.Steps[1].ContinueOnError);
        TaskSettings second = job.SettingsOf(job.Steps[1], job.Steps[1].Tasks[1]);
        Assert.Equal(("other", TimeSpan.FromSeconds(5)), (second.Executor, second.Timeout));
    }

    [Fact]
    public void One_command_is_a_job_of_one_task()
    {
        Job job = Documents.ReadValid("""{"command":"echo","args":["a"],"working_dir":"x","timeout_seconds":1.5,"name":"n","retry":{"maxAttempts":2}}""");

        JobTask task = Assert.Single(Assert.Single(job.Steps).Tasks);
        Assert.Equal("""{"command":"echo","args":["a"],"working_dir":"x"}""", task.Payload.GetRawText());
        TaskSettings settings = job.SettingsOf(job.Steps[0], task);
        Assert.Equal((TimeSpan.FromSeconds(1.5), 2), (settings.Timeout, settings.Retry!.MaxAttempts));
        Assert.Null(job.Timeout);
        Assert.Equal("n", job.Name);
    }

    [Fact]
    public void Many_commands_are_one_step()
    {
        Job job = Documents.ReadValid("""{"commands":[{"command":"a","timeout":"1s"},{"command":"b","stdin":"x"}],"timeout":"1h"}""");

        JobStep step = Assert.Single(job.Steps);
        Assert.Equal(2, step.Tasks.Count);
        Assert.Equal(TimeSpan.FromSeconds(1), job.SettingsOf(step, step.Tasks[0]).Timeout);
        Assert.Equal(TimeSpan.FromHours(1), job.Timeout);
    }

    [Theory]
    [InlineData("""{"executor":"other","retry":{"maxAttempts":9},"steps":[{"name":"a","payload":{}}]}""", "other", 9)]
    [InlineData("""{"executor":"command","steps":[{"name":"a","executor":"other","retry":{"maxAttempts":8},"payload":{}}]}""", "other", 8)]
    [InlineData("""{"executor":"command","retry":{"maxAttempts":1},"steps":[{"name":"a","executor":"command","tasks":[{"executor":"other","retry":{"maxAttempts":7},"payload":{}}]}]}""", "other", 7)]
    public void Innermost_setting_wins(string document, string executor, int attempts)
    {
        Job job = Documents.ReadValid(document);
        TaskSettings settings = job.SettingsOf(job.Steps[0], job.Steps[0].Tasks[0]);

        Assert.Equal((executor, attempts), (settings.Executor, settings.Retry!.MaxAttempts));
    }

    [Fact]
    public void Stored_job_is_read_back_the_same()
    {
        Job job = Documents.ReadValid("""{"name":"n","commands":[{"command":"a","timeout":"1s"},{"command":"b"}],"retry":{},"timeout":"1h"}""");

        string stored = JsonSerializer.Serialize(job);

        Assert.Equal(stored, JsonSerializer.Serialize(JsonSerializer.Deserialize<Job>(stored)));
        Assert.Equal(
            """{"name":"n","maxParallelism":1024,"timeout":"01:00:00","defaults":{"retry":{"maxAttempts":3,"initialInterval":"00:00:01","backoffCoefficient":2,"maxInterval":"00:01:00","jitter":0.2,"retryOnExitCodes":[],"failOnExitCodes":[],"retryOnErrors":["exit","signal","timeout","notFound","artifacts"]}},"steps":[{"name":"main","needs":[],"continueOnError":false,"tasks":[{"payload":{"command":"a"},"settings":{"timeout":"00:00:01"}},{"payload":{"command":"b"}}]}]}""",
            stored);
    }

    [Theory]
    [InlineData("""{"comand":"a","args":[]}""", "$.comand", "command")]
    [InlineData("""{"command":"a","workingdirectory":"x"}""", "$.workingdirectory", "workingDirectory")]
    [InlineData("""{"command":"a","max_parallelism":5}""", "$.max_parallelism", "maxParallelism")]
    [InlineData("""{"command":"a","retry":{"maxAttemps":5}}""", "$.retry.maxAttemps", "maxAttempts")]
    [InlineData("""{"steps":[{"name":"compile","payload":{"command":"a"}},{"name":"b","needs":["complie"],"payload":{"command":"a"}}]}""", "$.steps[1].needs[0]", "compile")]
    [InlineData("""{"steps":[{"name":"a","executor":"comand","payload":{"command":"a"}}]}""", "$.steps[0].executor", "command")]
    public void The_nearest_right_name_is_given(string document, string path, string meant)
    {
        JobReading reading = JobReader.Read(Encoding.UTF8.GetBytes(document), static (executor, _) => executor == "command" ? [] : null, ["command", "http"]);

        JobMistake mistake = Assert.Single(Assert.IsType<JobReading.Invalid>(reading).Mistakes, mistake => mistake.Path == path);
        Assert.Contains($"Did you mean '{meant}'?", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_near_no_other_gets_no_guess()
    {
        JobReading.Invalid invalid = Assert.IsType<JobReading.Invalid>(Documents.Read("""{"command":"a","colour":"red"}"""));

        Assert.DoesNotContain("Did you mean", Assert.Single(invalid.Mistakes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Artifacts_stand_on_a_step_or_a_task_in_two_forms()
    {
        Job job = Documents.ReadValid(
            """{"steps":[{"name":"a","artifacts":["out/**"],"tasks":[{"payload":{"command":"x"}},{"payload":{"command":"y"},"artifacts":{"paths":["log"],"when":"always"}}]}]}""");

        Assert.Equal(["out/**"], job.Steps[0].Artifacts!.Paths);
        Assert.False(job.Steps[0].Artifacts!.Always);
        Assert.Null(job.Steps[0].Tasks[0].Artifacts);
        Assert.True(job.Steps[0].Tasks[1].Artifacts!.Always);
    }

    [Fact]
    public void A_task_is_run_again_after_a_loss_unless_the_innermost_says_no()
    {
        Job job = Documents.ReadValid(
            """{"rerunOnLoss":false,"steps":[{"name":"a","tasks":[{"payload":{"command":"x"}},{"payload":{"command":"y"},"rerunOnLoss":true}]}]}""");

        Assert.Equal([false, true], job.Steps[0].Tasks.Select(task => job.SettingsOf(job.Steps[0], task).RerunOnLoss!.Value));
        Job plain = Documents.ReadValid("""{"command":"x"}""");
        Assert.True(plain.SettingsOf(plain.Steps[0], plain.Steps[0].Tasks[0]).RerunOnLoss);
    }

    [Fact]
    public void Where_and_how_soon_a_task_runs_is_said_by_the_innermost()
    {
        Job job = Documents.ReadValid(
            """
            {"runsOn":["os=linux","gpu","gpu"],"priority":2,"steps":[
            {"name":"a","tasks":[{"payload":{"command":"x"}},{"payload":{"command":"y"},"runsOn":[],"priority":9}]},
            {"name":"b","runsOn":["host=h"],"payload":{"command":"z"}}]}
            """);

        TaskSettings[] settings = [.. job.Steps.SelectMany(step => step.Tasks.Select(task => job.SettingsOf(step, task)))];
        Assert.Equal(["gpu,os=linux", "", "host=h"], settings.Select(static task => Labels.Join(task.RunsOn!)));
        Assert.Equal([2, 9, 2], settings.Select(static task => task.Priority!.Value));
        TaskSettings plain = Documents.ReadValid("""{"command":"x"}""") is { } short1 ? short1.SettingsOf(short1.Steps[0], short1.Steps[0].Tasks[0]) : new();
        Assert.Equal((null, null), (plain.RunsOn, plain.Priority));
    }

    [Fact]
    public void A_host_that_cannot_place_tasks_refuses_what_says_where()
    {
        byte[] document = """{"priority":1,"commands":[{"command":"a","runsOn":["gpu"]},{"command":"b"}]}"""u8.ToArray();

        JobReading reading = JobReader.Read(document, static (_, _) => [], canPlace: false);

        Assert.Equal(["$.priority", "$.commands[0].runsOn"], Assert.IsType<JobReading.Invalid>(reading).Mistakes.Select(static mistake => mistake.Path));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_not_replaced()
    {
        byte[] document = [.. "{\"command\":\""u8, 0xFF, 0xFE, .. "\"}"u8];

        JobReading.Invalid invalid = Assert.IsType<JobReading.Invalid>(JobReader.Read(document, static (_, _) => []));

        Assert.Equal("$", Assert.Single(invalid.Mistakes).Path);
    }

    [Fact]
    public void A_misspelt_form_is_named_beside_what_is_missing()
    {
        JobReading.Invalid invalid = Assert.IsType<JobReading.Invalid>(
            JobReader.Read("""{"comand":"x"}"""u8.ToArray(), static (_, _) => []));

        Assert.Contains(invalid.Mistakes, static mistake => mistake.Path == "$.comand" && mistake.Message.Contains("command", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{", "$")]
    [InlineData("nonsense", "$")]
    [InlineData("{} {}", "$")]
    [InlineData("{\"command\":\"a\",}", "$")]
    [InlineData("// comment\n{\"command\":\"a\"}", "$")]
    [InlineData("null", "$")]
    [InlineData("[]", "$")]
    [InlineData("1", "$")]
    [InlineData("{}", "$")]
    [InlineData("""{"command":"a","steps":[]}""", "$")]
    [InlineData("""{"command":"a","commands":[]}""", "$")]
    [InlineData("""{"command":"\ud800"}""", "$.command")]
    [InlineData("""{"command":"a","args":["b","\udc00"]}""", "$.args[1]")]
    [InlineData("""{"command":"a","env":{"\ud800":"b"}}""", "$.env")]
    [InlineData("""{"command":"a","name":"\ud800"}""", "$.name")]
    [InlineData("", "$")]
    [InlineData(" \r\n\t", "$")]
    [InlineData("""{"\ud800":1,"command":"a"}""", "$")]
    [InlineData("""{"command":1}""", "$.command")]
    [InlineData("""{"command":"a","colour":"red"}""", "$.colour")]
    [InlineData("""{"command":"a","a b":1}""", "$['a b']")]
    [InlineData("""{"command":"a","command":"b"}""", "$.command")]
    [InlineData("""{"command":"a","name":""}""", "$.name")]
    [InlineData("""{"command":"a","name":"a b"}""", "$.name")]
    [InlineData("""{"command":"a","name":5}""", "$.name")]
    [InlineData("""{"command":"a","maxParallelism":0}""", "$.maxParallelism")]
    [InlineData("""{"command":"a","maxParallelism":1.5}""", "$.maxParallelism")]
    [InlineData("""{"command":"a","maxParallelism":"4"}""", "$.maxParallelism")]
    [InlineData("""{"command":"a","maxParallelism":99999999999}""", "$.maxParallelism")]
    [InlineData("""{"command":"a","timeout":30}""", "$.timeout")]
    [InlineData("""{"command":"a","timeout":"soon"}""", "$.timeout")]
    [InlineData("""{"command":"a","timeout":"0s"}""", "$.timeout")]
    [InlineData("""{"command":"a","timeout":"-1s"}""", "$.timeout")]
    [InlineData("""{"command":"a","timeout":"366d"}""", "$.timeout")]
    [InlineData("""{"command":"a","timeout":"24:00:00"}""", "$.timeout")]
    [InlineData("""{"command":"a","timeout":"P1Y"}""", "$.timeout")]
    [InlineData("""{"command":"a","timeout_seconds":"5"}""", "$.timeout_seconds")]
    [InlineData("""{"command":"a","timeout_seconds":0}""", "$.timeout_seconds")]
    [InlineData("""{"command":"a","timeout_seconds":5,"timeout":"5s"}""", "$.timeout_seconds")]
    [InlineData("""{"command":"a","executor":""}""", "$.executor")]
    [InlineData("""{"command":"a","executor":"no-such"}""", "$.executor")]
    [InlineData("""{"command":"a","executor":[]}""", "$.executor")]
    [InlineData("""{"command":"a","continueOnError":true}""", "$.continueOnError")]
    [InlineData("""{"command":"a","retry":3}""", "$.retry")]
    [InlineData("""{"command":"a","retry":{"maxAttempts":0}}""", "$.retry.maxAttempts")]
    [InlineData("""{"command":"a","retry":{"maxAttempts":1001}}""", "$.retry.maxAttempts")]
    [InlineData("""{"command":"a","retry":{"initialInterval":"2d"}}""", "$.retry.initialInterval")]
    [InlineData("""{"command":"a","retry":{"backoffCoefficient":0.5}}""", "$.retry.backoffCoefficient")]
    [InlineData("""{"command":"a","retry":{"jitter":2}}""", "$.retry.jitter")]
    [InlineData("""{"command":"a","retry":{"retryOnExitCodes":75}}""", "$.retry.retryOnExitCodes")]
    [InlineData("""{"command":"a","retry":{"retryOnExitCodes":[75,1000]}}""", "$.retry.retryOnExitCodes[1]")]
    [InlineData("""{"command":"a","retry":{"failOnExitCodes":["2"]}}""", "$.retry.failOnExitCodes[0]")]
    [InlineData("""{"command":"a","retry":{"tries":2}}""", "$.retry.tries")]
    [InlineData("""{"command":"a","retry":{"retryOnErrors":"exit"}}""", "$.retry.retryOnErrors")]
    [InlineData("""{"command":"a","retry":{"retryOnErrors":["exit","boom"]}}""", "$.retry.retryOnErrors[1]")]
    [InlineData("""{"command":"a","rerunOnLoss":"no"}""", "$.rerunOnLoss")]
    [InlineData("""{"command":"a","runsOn":"gpu"}""", "$.runsOn")]
    [InlineData("""{"command":"a","runsOn":["gpu","a b"]}""", "$.runsOn[1]")]
    [InlineData("""{"command":"a","runsOn":[1]}""", "$.runsOn[0]")]
    [InlineData("""{"command":"a","runsOn":["a=b=c"]}""", "$.runsOn[0]")]
    [InlineData("""{"command":"a","runsOn":["os="]}""", "$.runsOn[0]")]
    [InlineData("""{"command":"a","priority":10}""", "$.priority")]
    [InlineData("""{"command":"a","priority":-1}""", "$.priority")]
    [InlineData("""{"command":"a","priority":"1"}""", "$.priority")]
    [InlineData("""{"command":"a","artifacts":"out"}""", "$.artifacts")]
    [InlineData("""{"command":"a","artifacts":[1]}""", "$.artifacts[0]")]
    [InlineData("""{"command":"a","artifacts":[""]}""", "$.artifacts[0]")]
    [InlineData("""{"command":"a","artifacts":["ok","/etc/passwd"]}""", "$.artifacts[1]")]
    [InlineData("""{"command":"a","artifacts":["a/../../b"]}""", "$.artifacts[0]")]
    [InlineData("""{"command":"a","artifacts":["a\\b"]}""", "$.artifacts[0]")]
    [InlineData("""{"command":"a","artifacts":{"paths":["x"],"when":"never"}}""", "$.artifacts.when")]
    [InlineData("""{"command":"a","artifacts":{"when":"always"}}""", "$.artifacts.paths")]
    [InlineData("""{"command":"a","artifacts":{"paths":["x"],"wen":"always"}}""", "$.artifacts.wen")]
    [InlineData("""{"commands":{}}""", "$.commands")]
    [InlineData("""{"commands":[]}""", "$.commands")]
    [InlineData("""{"commands":["ls"]}""", "$.commands[0]")]
    [InlineData("""{"commands":[{"command":"a"},{}]}""", "$.commands[1].command")]
    [InlineData("""{"commands":[{"command":"a","needs":[]}]}""", "$.commands[0].needs")]
    [InlineData("""{"steps":5}""", "$.steps")]
    [InlineData("""{"steps":[]}""", "$.steps")]
    [InlineData("""{"steps":[null]}""", "$.steps[0]")]
    [InlineData("""{"steps":[{"payload":{"command":"a"}}]}""", "$.steps[0].name")]
    [InlineData("""{"steps":[{"name":null,"payload":{"command":"a"}}]}""", "$.steps[0].name")]
    [InlineData("""{"steps":[{"name":"a/b","payload":{"command":"a"}}]}""", "$.steps[0].name")]
    [InlineData("""{"steps":[{"name":"a"}]}""", "$.steps[0].tasks")]
    [InlineData("""{"steps":[{"name":"a","payload":{"command":"a"},"tasks":[]}]}""", "$.steps[0].tasks")]
    [InlineData("""{"steps":[{"name":"a","tasks":[]}]}""", "$.steps[0].tasks")]
    [InlineData("""{"steps":[{"name":"a","tasks":[1]}]}""", "$.steps[0].tasks[0]")]
    [InlineData("""{"steps":[{"name":"a","tasks":[{}]}]}""", "$.steps[0].tasks[0].payload")]
    [InlineData("""{"steps":[{"name":"a","tasks":[{"payload":[]}]}]}""", "$.steps[0].tasks[0].payload")]
    [InlineData("""{"steps":[{"name":"a","tasks":[{"payload":{}}]}]}""", "$.steps[0].tasks[0].payload.command")]
    [InlineData("""{"steps":[{"name":"a","tasks":[{"command":"x","payload":{"command":"a"}}]}]}""", "$.steps[0].tasks[0].command")]
    [InlineData("""{"steps":[{"name":"a","needs":"b","payload":{"command":"a"}}]}""", "$.steps[0].needs")]
    [InlineData("""{"steps":[{"name":"a","needs":[1],"payload":{"command":"a"}}]}""", "$.steps[0].needs[0]")]
    [InlineData("""{"steps":[{"name":"a","needs":["b"],"payload":{"command":"a"}}]}""", "$.steps[0].needs[0]")]
    [InlineData("""{"steps":[{"name":"b","payload":{"command":"a"}},{"name":"a","needs":["b","b"],"payload":{"command":"a"}}]}""", "$.steps[1].needs[1]")]
    [InlineData("""{"steps":[{"name":"a","payload":{"command":"a"}},{"name":"a","payload":{"command":"a"}}]}""", "$.steps[1].name")]
    [InlineData("""{"steps":[{"name":"a","continueOnError":"yes","payload":{"command":"a"}}]}""", "$.steps[0].continueOnError")]
    [InlineData("""{"steps":[{"name":"a","needs":["a"],"payload":{"command":"a"}}]}""", "$.steps")]
    [InlineData("""{"name":"n","steps":[{"name":"a","artifacts":[],"payload":{"command":"a"}}]}""", "$.steps[0].artifacts")]
    public void Mistake_is_named_where_it_is(string document, string path) => Assert.Equal([path], Documents.PathsOfMistakes(document));

    [Fact]
    public void All_mistakes_are_named_in_one_go() => Assert.Equal(
        ["$.colour", "$.maxParallelism", "$.steps[0].name", "$.steps[0].tasks[0].payload.command", "$.steps[1].timeout"],
        Documents.PathsOfMistakes("""
            {"maxParallelism":-1,"colour":1,"steps":[{"tasks":[{"payload":{}}]},{"name":"b","timeout":"x","payload":{"command":"a"}}]}
            """).Order(StringComparer.Ordinal));

    [Fact]
    public void Fifty_mistakes_are_enough() =>
        Assert.Equal(JobLimits.Mistakes, Documents.PathsOfMistakes($$"""{"commands":[{{string.Join(',', Enumerable.Repeat("1", 1000))}}]}""").Length);

    [Fact]
    public void Circle_is_shown()
    {
        JobMistake mistake = Assert.Single(Assert.IsType<JobReading.Invalid>(Documents.Read("""
            {"steps":[
              {"name":"first","payload":{"command":"a"}},
              {"name":"deploy","needs":["test"],"payload":{"command":"a"}},
              {"name":"test","needs":["first","compile"],"payload":{"command":"a"}},
              {"name":"compile","needs":["test"],"payload":{"command":"a"}}]}
            """)).Mistakes);

        Assert.EndsWith("test → compile → test", mistake.Message);
    }

    [Fact]
    public void Steps_may_stand_in_any_order_and_number()
    {
        const int count = 20_000;
        IEnumerable<string> steps = Enumerable.Range(0, count).Select(static i =>
            $$$"""{"name":"s{{{i}}}","needs":[{{{(i + 1 < count ? $"\"s{i + 1}\"" : "")}}}],"payload":{"command":"a"}}""");

        Assert.Equal(count, Documents.ReadValid($$"""{"steps":[{{string.Join(',', steps)}}]}""").Steps.Count);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void Nesting_has_a_bound(int depth, bool allowed)
    {
        string nested = string.Concat(Enumerable.Repeat("[", depth - 2)) + string.Concat(Enumerable.Repeat("]", depth - 2));

        Assert.Equal(allowed, Documents.Read("{\"executor\":\"other\",\"steps\":[{\"name\":\"a\",\"payload\":{\"x\":" + nested[2..^2] + "}}]}") is JobReading.Valid);
    }

    [Fact]
    public void Payload_has_a_bound()
    {
        string fits = new('x', JobLimits.PayloadBytes - 30);

        Documents.ReadValid($$"""{"command":"a","stdin":"{{fits}}"}""");
        Assert.Equal(["$"], Documents.PathsOfMistakes($$"""{"command":"a","stdin":"{{fits}}{{new string('x', 30)}}"}"""));
    }

    [Fact]
    public void Number_of_tasks_has_a_bound()
    {
        static string Document(int tasks) => $$"""{"commands":[{{string.Join(',', Enumerable.Repeat("""{"command":"a"}""", tasks))}}]}""";

        Assert.Equal(JobLimits.Tasks, Documents.ReadValid(Document(JobLimits.Tasks)).Steps[0].Tasks.Count);
        Assert.Equal(["$"], Documents.PathsOfMistakes(Document(JobLimits.Tasks + 1)));
    }

    [Fact]
    public void Byte_order_mark_is_no_mistake() => Documents.ReadValid("\uFEFF{\"command\":\"a\"}");

    [Fact]
    public void A_job_has_no_more_steps_and_needs_than_its_plan_has_room_for()
    {
        static string Steps(int count, Func<int, int> needs) => $$"""{"steps":[{{string.Join(',', Enumerable.Range(0, count).Select(step =>
            $$"""{"name":"s{{step}}","payload":{"command":"a"},"needs":[{{string.Join(',', Enumerable.Range(0, needs(step)).Select(static need => $"\"s{need}\""))}}]}"""))}}]}""";

        Assert.Equal(JobLimits.Steps, Documents.ReadValid(Steps(JobLimits.Steps, static _ => 0)).Steps.Count);
        Assert.Equal(["$.steps"], Documents.PathsOfMistakes(Steps(JobLimits.Steps + 1, static _ => 0)));
        Assert.Equal(["$.steps"], Documents.PathsOfMistakes(Steps(500, static step => step)));

        PlannedStep widest = new()
        {
            Name = new string('n', 64),
            Needs = [.. Enumerable.Range(JobLimits.Steps - (JobLimits.Needs / JobLimits.Steps), JobLimits.Needs / JobLimits.Steps)],
            ContinueOnError = true,
            Tasks = JobLimits.Tasks / JobLimits.Steps,
            IsDone = true,
            Backstop = JobLimits.Timeout + TimeSpan.FromTicks(1),
        };
        PlannedJob plan = new() { Steps = [.. Enumerable.Repeat(widest, JobLimits.Steps)] };
        Assert.InRange(System.Text.Json.JsonSerializer.Serialize(plan).Length, 1, 4 * 1024 * 1024);
    }
}
