using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace FuncExec.Service.Tests.Kills;

/// <summary>
/// Makes jobs of every shape. Each command first and last appends a line to the journal, which only the kernel stands between:
/// begin or end, job, task, attempt, token.
/// </summary>
internal sealed class MixedJobs(string journal, string mark, Random random, Func<string, string> file)
{
    public const string MarkVariable = "FUNCEXEC_KILL_TEST";

    private const string Tell = "\"$FUNCEXEC_JOB $FUNCEXEC_TASK $FUNCEXEC_ATTEMPT $FUNCEXEC_FENCING_TOKEN\" >> \"$JOURNAL\"";

    private static readonly Func<MixedJobs, string, JobCase>[] s_shapes =
    [
        static (jobs, name) => jobs.Single(name),
        static (jobs, name) => jobs.FanOut(name),
        static (jobs, name) => jobs.Chain(name),
        static (jobs, name) => jobs.Retried(name),
        static (jobs, name) => jobs.FailedForGood(name),
        static (jobs, name) => jobs.Skipping(name),
        static (jobs, name) => jobs.GoingOn(name),
        static (jobs, name) => jobs.TimedOutTask(name),
        static (jobs, name) => jobs.TimedOutJob(name),
        static (jobs, name) => jobs.WithWorkspace(name),
        static (jobs, name) => jobs.Cancelled(name),
        static (jobs, name) => jobs.Suspended(name),
        static (jobs, name) => jobs.Rerun(name),
        static (jobs, name) => jobs.NotTwice(name),
    ];

    /// <summary>How many shapes there are.</summary>
    public static int Shapes => s_shapes.Length;

    /// <summary>The n-th: all shapes come in turn.</summary>
    public JobCase Make(int number)
    {
        string name = $"case-{number}";
        return s_shapes[number % s_shapes.Length](this, name);
    }

    private JobCase Single(string name) => new(
        name,
        new { name, steps = Steps(("only", Payload($"echo hello {name}"))) },
        "succeeded",
        Ends(("only/0", Succeeded($"hello {name}\n"))));

    private JobCase FanOut(string name)
    {
        int count = random.Next(4, 24);
        object[] tasks = [.. Enumerable.Range(0, count).Select(index => (object)Payload($"echo {index}; echo to stderr >&2{Pause()}"))];
        return new JobCase(
            name,
            new { name, maxParallelism = random.Next(1, 12), steps = new object[] { new { name = "many", tasks } } },
            "succeeded",
            Enumerable.Range(0, count).ToDictionary(static index => $"many/{index}", static index => Succeeded($"{index}\n")));
    }

    private JobCase Chain(string name)
    {
        var steps = new object[]
        {
            new { name = "make", payload = Payload($"mkdir -p out/deep && echo {name} > out/deep/made").Payload, artifacts = new[] { "out/**" } },
            new { name = "more", needs = new[] { "make" }, payload = Payload($"cat out/deep/made && echo more >> out/more{Pause()}").Payload, artifacts = new[] { "out/more" } },
            new { name = "see", needs = new[] { "more" }, payload = Payload("ls out").Payload },
        };
        return new JobCase(name, new { name, steps }, "succeeded", Ends(("make/0", Succeeded("")), ("more/0", Succeeded($"{name}\n")), ("see/0", Succeeded("more\n"))))
        {
            Artifacts = new Dictionary<string, string> { ["make/0/out/deep/made"] = $"{name}\n", ["more/0/out/more"] = "more\n" },
        };
    }

    private JobCase Retried(string name)
    {
        int attempts = random.Next(2, 5);
        object retry = new { maxAttempts = attempts, initialInterval = "40ms", jitter = 0.5, retryOnExitCodes = new[] { 75 } };
        return new JobCase(
            name,
            new { name, retry, steps = Steps(("again", Payload($"echo $FUNCEXEC_ATTEMPT; [ $FUNCEXEC_ATTEMPT -ge {attempts} ] || exit 75"))) },
            "succeeded",
            Ends(("again/0", Succeeded($"{attempts}\n") with { Attempt = attempts })));
    }

    private JobCase FailedForGood(string name)
    {
        object retry = new { maxAttempts = 4, initialInterval = "20ms", failOnExitCodes = new[] { 2 } };
        return new JobCase(
            name,
            new { name, retry, steps = Steps(("bad", Payload("[ $FUNCEXEC_ATTEMPT -ge 2 ] && exit 2; exit 1"))) },
            "failed",
            Ends(("bad/0", new TaskEnd("failed") { ExitCode = 2, Attempt = 2 })));
    }

    private JobCase Skipping(string name) => new(
        name,
        new
        {
            name,
            steps = new object[]
            {
                new { name = "bad", payload = Payload("exit 3").Payload },
                new { name = "never", needs = new[] { "bad" }, tasks = new object[] { Payload("echo no"), Payload("echo no") } },
                new { name = "aside", payload = Payload($"echo yes{Pause()}").Payload },
            },
        },
        "failed",
        Ends(("bad/0", new TaskEnd("failed") { ExitCode = 3, Attempt = 1 }), ("never/0", new TaskEnd("skipped")), ("never/1", new TaskEnd("skipped")), ("aside/0", Succeeded("yes\n"))));

    private JobCase GoingOn(string name) => new(
        name,
        new
        {
            name,
            steps = new object[]
            {
                new { name = "maybe", continueOnError = true, tasks = new object[] { Payload("exit 4"), Payload("echo fine") } },
                new { name = "after", needs = new[] { "maybe" }, payload = Payload("echo after").Payload },
            },
        },
        "succeeded",
        Ends(("maybe/0", new TaskEnd("failed") { ExitCode = 4 }), ("maybe/1", Succeeded("fine\n")), ("after/0", Succeeded("after\n"))));

    private JobCase TimedOutTask(string name) => new(
        name,
        new { name, steps = new object[] { new { name = "slow", timeout = "300ms", payload = Payload("exec sleep 1000").Payload } } },
        "timedOut",
        Ends(("slow/0", new TaskEnd("timedOut") { Attempt = 1 })));

    private JobCase TimedOutJob(string name) => new(
        name,
        new { name, timeout = "600ms", maxParallelism = 1, steps = new object[] { new { name = "slow", tasks = new object[] { Payload("exec sleep 1000"), Payload("echo never") } } } },
        "timedOut",
        Ends(("slow/0", new TaskEnd("cancelled")), ("slow/1", new TaskEnd("cancelled"))));

    private JobCase WithWorkspace(string name) => new(
        name,
        new { name, steps = new object[] { new { name = "use", tasks = new object[] { Payload("cat in/text"), Payload($"echo mine > in/text && cat in/text{Pause()}") } } } },
        "succeeded",
        Ends(("use/0", Succeeded(name)), ("use/1", Succeeded("mine\n"))))
    {
        Workspace = Zip("in/text", name),
    };

    private JobCase Cancelled(string name) => new(
        name,
        new { name, maxParallelism = 2, steps = new object[] { new { name = "long", tasks = Enumerable.Repeat((object)Payload("exec sleep 1000"), 4) } } },
        "cancelled",
        Enumerable.Range(0, 4).ToDictionary(static index => $"long/{index}", static _ => new TaskEnd("cancelled")))
    {
        Steering = Steering.Cancel,
    };

    private JobCase Suspended(string name) => new(
        name,
        new { name, maxParallelism = 2, steps = new object[] { new { name = "held", tasks = Enumerable.Repeat((object)Payload("echo done; sleep 0.05"), 8) } } },
        "succeeded",
        Enumerable.Range(0, 8).ToDictionary(static index => $"held/{index}", static _ => Succeeded("done\n")))
    {
        Steering = Steering.SuspendAndResume,
    };

    private JobCase Rerun(string name)
    {
        string flag = file($"flag-{name}");
        return new JobCase(
            name,
            new { name, steps = new object[] { new { name = "part", tasks = new object[] { Payload("echo kept"), Payload($"echo tried; test -e {flag}") } } } },
            "failed",
            Ends(("part/0", Succeeded("kept\n")), ("part/1", new TaskEnd("failed") { ExitCode = 1 })))
        {
            Steering = Steering.Rerun,
            RerunNeeds = flag,
        };
    }

    private JobCase NotTwice(string name) => new(
        name,
        new { name, rerunOnLoss = false, steps = Steps(("once", Payload("echo once; sleep 0.1"))) },
        "succeeded",
        Ends(("once/0", Succeeded("once\n") with { MayBeLost = true })));

    private static TaskEnd Succeeded(string stdout) => new("succeeded") { ExitCode = 0, Stdout = stdout };

    private static Dictionary<string, TaskEnd> Ends(params (string Id, TaskEnd End)[] ends) => ends.ToDictionary(static one => one.Id, static one => one.End);

    private static object[] Steps((string Name, Command Command) step) => [new { name = step.Name, payload = step.Command.Payload }];

    private static byte[] Zip(string name, string content)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry(name).Open();
            entry.Write(Encoding.UTF8.GetBytes(content));
        }

        return bytes.ToArray();
    }

    private Command Payload(string body) => new(new
    {
        command = "sh",
        args = new[] { "-c", $"echo begin {Tell}; ( {body} ); code=$?; echo end {Tell}; exit $code" },
        env = new Dictionary<string, string> { ["JOURNAL"] = journal, [MarkVariable] = mark },
    });

    /// <summary>Some commands take a moment, so that kills find them running.</summary>
    private string Pause() =>
        random.Next(3) == 0 ? $"; sleep {(random.Next(20, 300) / 1000.0).ToString(CultureInfo.InvariantCulture)}" : "";

    /// <summary>A task as it stands in a document.</summary>
    private sealed record Command(object Payload)
    {
        [System.Text.Json.Serialization.JsonPropertyName("payload")]
        public object Payload { get; } = Payload;
    }
}
