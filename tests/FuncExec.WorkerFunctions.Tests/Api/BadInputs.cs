using System.Text;
using static FuncExec.WorkerFunctions.Tests.Api.BadInput;

namespace FuncExec.WorkerFunctions.Tests.Api;

/// <summary>What is wrong to send over HTTP, and what is answered.</summary>
internal static class BadInputs
{
    private const string Right = """{"command":"true"}""";
    /// <summary>The server refuses the line before it is a request: there is no body to check.</summary>
    public const string ByServer = "(server)";

    private const string NoJob = "/api/jobs/00000000000000000000000000";

    public static IEnumerable<BadInput> All => [.. Documents, .. Bodies, .. Queries, .. Places, .. Wishes, .. Methods];

    private static BadInput[] Documents =>
    [
        Document("", "$"), Document(" ", "$"), Document("{", "$"), Document("}", "$"), Document("null", "$"), Document("true", "$"), Document("7", "$"),
        Document("[]", "$"), Document("\"echo\"", "$"), Document("{}", "$"), Document("{} {}", "$"), Document("{\"command\":\"a\",}", "$"),
        Document("{'command':'a'}", "$"), Document("{/* a */\"command\":\"a\"}", "$"), Document("{\"command\":NaN}", "$"),
        Document("{\"command\":\"\\uD800\"}", "$.command"), Document("{\"command\":\"a\\u0000\"}", "$.command"), Document("{\"command\":\"a\",\"args\":[\"\\u0000\"]}", "$.args[0]"),
        Document(new string('[', 100), "$"), Document("{\"command\":\"a\",\"x\":" + new string('[', 40) + new string(']', 40) + "}", "$"),
        Document("""{"command":""}""", "$.command"), Document("""{"command":null}""", "$.command"), Document("""{"command":1}""", "$.command"), Document("""{"command":[]}""", "$.command"),
        Document("""{"command":"a","command":"b"}""", "$.command"), Document("""{"Command":"a"}""", "$", "$.Command", "$.command"), Document("""{"comand":"a"}""", "$", "$.comand", "$.command"),
        Document("""{"command":"a","commands":[]}""", "$"), Document("""{"command":"a","steps":[]}""", "$"), Document("""{"commands":[],"steps":[]}""", "$"),
        Document("""{"command":"a","args":"b"}""", "$.args"), Document("""{"command":"a","args":[1,"b",null]}""", "$.args[0]", "$.args[2]"), Document("""{"command":"a","args":{}}""", "$.args"),
        Document("""{"command":"a","env":[]}""", "$.env"), Document("""{"command":"a","env":{"":"x"}}""", "$.env['']"), Document("""{"command":"a","env":{"A=B":"x"}}""", "$.env['A=B']"),
        Document("""{"command":"a","env":{"A":1}}""", "$.env.A"), Document("""{"command":"a","env":{"A":"1","A":"2"}}""", "$.env.A"),
        Document("""{"command":"a","workingDirectory":7}""", "$.workingDirectory"), Document("""{"command":"a","stdin":[]}""", "$.stdin"), Document("""{"command":"a","shell":"true"}""", "$.shell"),
        Document("""{"command":"a","workingDirectory":"x","working_dir":"y"}""", "$.working_dir"),
        Document("""{"command":"a","name":""}""", "$.name"), Document("""{"command":"a","name":"a b"}""", "$.name"), Document("""{"command":"a","name":7}""", "$.name"),
        Document($$"""{"command":"a","name":"{{new string('n', 65)}}"}""", "$.name"), Document("""{"command":"a","name":"ä"}""", "$.name"),
        Document("""{"command":"a","maxParallelism":0}""", "$.maxParallelism"), Document("""{"command":"a","maxParallelism":-1}""", "$.maxParallelism"), Document("""{"command":"a","maxParallelism":10001}""", "$.maxParallelism"),
        Document("""{"command":"a","maxParallelism":1.5}""", "$.maxParallelism"), Document("""{"command":"a","maxParallelism":"4"}""", "$.maxParallelism"), Document("""{"command":"a","maxParallelism":1e99}""", "$.maxParallelism"),
        Document("""{"command":"a","timeout":5}""", "$.timeout"), Document("""{"command":"a","timeout":"5"}""", "$.timeout"), Document("""{"command":"a","timeout":"0s"}""", "$.timeout"), Document("""{"command":"a","timeout":"-1s"}""", "$.timeout"),
        Document("""{"command":"a","timeout":"24:00:00"}""", "$.timeout"), Document("""{"command":"a","timeout":"00:60:00"}""", "$.timeout"), Document("""{"command":"a","timeout":"P1Y"}""", "$.timeout"), Document("""{"command":"a","timeout":"P1M"}""", "$.timeout"),
        Document("""{"command":"a","timeout":"366d"}""", "$.timeout"), Document("""{"command":"a","timeout":"1 s"}""", "$.timeout"), Document("""{"command":"a","timeout":"P"}""", "$.timeout"), Document("""{"command":"a","timeout":"PT"}""", "$.timeout"),
        Document("""{"command":"a","timeout":"00:00:00.12345678"}""", "$.timeout"), Document("""{"command":"a","timeout_seconds":0}""", "$.timeout_seconds"), Document("""{"command":"a","timeout_seconds":1e300}""", "$.timeout_seconds"), Document("""{"command":"a","timeout":"1s","timeout_seconds":1}""", "$.timeout_seconds"),
        Document("""{"command":"a","retry":3}""", "$.retry"), Document("""{"command":"a","retry":{"maxAttempts":0}}""", "$.retry.maxAttempts"), Document("""{"command":"a","retry":{"maxAttempts":1001}}""", "$.retry.maxAttempts"), Document("""{"command":"a","retry":{"attempts":3}}""", "$.retry.attempts"),
        Document("""{"command":"a","retry":{"initialInterval":"2d"}}""", "$.retry.initialInterval"), Document("""{"command":"a","retry":{"maxInterval":"x"}}""", "$.retry.maxInterval"), Document("""{"command":"a","retry":{"backoffCoefficient":0}}""", "$.retry.backoffCoefficient"), Document("""{"command":"a","retry":{"jitter":1.1}}""", "$.retry.jitter"),
        Document("""{"command":"a","retry":{"retryOnExitCodes":7}}""", "$.retry.retryOnExitCodes"), Document("""{"command":"a","retry":{"failOnExitCodes":[-2,1000,"1"]}}""", "$.retry.failOnExitCodes[0]", "$.retry.failOnExitCodes[1]", "$.retry.failOnExitCodes[2]"), Document("""{"command":"a","retry":{"retryOnErrors":["exit","other"]}}""", "$.retry.retryOnErrors[1]"),
        Document("""{"command":"a","rerunOnLoss":1}""", "$.rerunOnLoss"), Document("""{"command":"a","executor":"comand"}""", "$.executor"), Document("""{"command":"a","executor":7}""", "$.executor"),
        Document("""{"command":"a","artifacts":"x"}""", "$.artifacts"), Document("""{"command":"a","artifacts":[]}""", "$.artifacts"), Document("""{"command":"a","artifacts":["/x"]}""", "$.artifacts[0]"), Document("""{"command":"a","artifacts":["x/../y"]}""", "$.artifacts[0]"), Document("""{"command":"a","artifacts":{"paths":["x"],"when":"often"}}""", "$.artifacts.when"),
        Document("""{"command":"a","runsOn":"x"}""", "$.runsOn"), Document("""{"command":"a","runsOn":["x","a b"]}""", "$.runsOn[1]"), Document("""{"command":"a","priority":10}""", "$.priority"), Document("""{"command":"a","affinity":"node"}""", "$.affinity"),
        Document("""{"commands":[]}""", "$.commands"), Document("""{"commands":{}}""", "$.commands"), Document("""{"commands":[1,{"command":"a"},null]}""", "$.commands[0]", "$.commands[2]"), Document("""{"commands":[{"comand":"a"}]}""", "$.commands[0].comand", "$.commands[0].command"),
        Document("""{"steps":{}}""", "$.steps"), Document("""{"steps":[]}""", "$.steps"), Document("""{"steps":["a"]}""", "$.steps[0]"), Document("""{"steps":[{"payload":{"command":"a"}}]}""", "$.steps[0].name"), Document("""{"steps":[{"name":"a"}]}""", "$.steps[0].tasks"),
        Document("""{"steps":[{"name":"a","payload":{"command":"a"},"tasks":[]}]}""", "$.steps[0].tasks"), Document("""{"steps":[{"name":"a","tasks":[]}]}""", "$.steps[0].tasks"), Document("""{"steps":[{"name":"a","tasks":[{}]}]}""", "$.steps[0].tasks[0].payload"),
        Document("""{"steps":[{"name":"a","payload":[]}]}""", "$.steps[0].payload"), Document("""{"steps":[{"name":"a","payload":{}}]}""", "$.steps[0].payload.command"), Document("""{"steps":[{"name":"a","payload":{"command":"a","timeout":"1s"}}]}""", "$.steps[0].payload.timeout"),
        Document("""{"steps":[{"name":"a","payload":{"command":"a"}},{"name":"a","payload":{"command":"a"}}]}""", "$.steps[1].name"), Document("""{"steps":[{"name":"a","needs":["b"],"payload":{"command":"a"}}]}""", "$.steps[0].needs[0]"),
        Document("""{"steps":[{"name":"a","needs":["a"],"payload":{"command":"a"}}]}""", "$.steps"), Document("""{"steps":[{"name":"a","needs":["b"],"payload":{"command":"a"}},{"name":"b","needs":["a"],"payload":{"command":"a"}}]}""", "$.steps"),
        Document("""{"steps":[{"name":"a","payload":{"command":"a"}},{"name":"b","needs":["a","a"],"payload":{"command":"a"}}]}""", "$.steps[1].needs[1]"), Document("""{"steps":[{"name":"a","needs":"b","payload":{"command":"a"}}]}""", "$.steps[0].needs"),
        Document("""{"steps":[{"name":"a","executor":"http","payload":{}}]}""", "$.steps[0].payload.url"), Document("""{"steps":[{"name":"a","executor":"http","payload":{"url":"ftp://x/"}}]}""", "$.steps[0].payload.url"),
        Document("""{"name":"a b","maxParallelism":0,"steps":[{"name":"","payload":{"args":1},"retry":1}]}""", "$.name", "$.maxParallelism", "$.steps[0].name", "$.steps[0].payload.args", "$.steps[0].payload.command", "$.steps[0].retry"),
        Document($$"""{"command":"a","stdin":"{{new string('x', 300_000)}}"}""", "$"),
        Document("""{"commands":[""" + string.Join(',', Enumerable.Repeat("{\"command\":\"a\"}", 100_001)) + "]}", "$"),
    ];

    private static BadInput[] Bodies =>
    [
        Bytes("not UTF-8", [.. "{\"command\":\""u8, 0xFF, .. "\"}"u8], 400, "$"),
        Bytes("UTF-16", Encoding.Unicode.GetBytes(Right), 400, "$"),
        Bytes("a NUL", [0], 400, "$"),
        Bytes("33 MiB", new byte[33 * 1024 * 1024], 413, ""),
        Bytes("no type", Encoding.UTF8.GetBytes(Right), 415, "Content-Type") with { ContentType = "" },
        Bytes("text", Encoding.UTF8.GetBytes(Right), 415, "Content-Type") with { ContentType = "text/plain" },
        Bytes("a form", "command=a"u8.ToArray(), 415, "Content-Type") with { ContentType = "application/x-www-form-urlencoded" },
        Bytes("Latin-1", Encoding.UTF8.GetBytes(Right), 415, "Content-Type") with { ContentType = "application/json; charset=iso-8859-1" },
        Bytes("no media type", Encoding.UTF8.GetBytes(Right), 415, "Content-Type") with { ContentType = ";;;" },
        Bytes("compressed", Encoding.UTF8.GetBytes(Right), 415, "Content-Encoding") with { Headers = [("Content-Encoding", "gzip")] },
        Bytes("empty key", Encoding.UTF8.GetBytes(Right), 400, "Idempotency-Key") with { Headers = [("Idempotency-Key", "")] },
        Bytes("long key", Encoding.UTF8.GetBytes(Right), 400, "Idempotency-Key") with { Headers = [("Idempotency-Key", new string('k', 256))] },
    ];

    private static BadInput[] Queries =>
    [
        Post("/api/jobs?wait=", Right, 400, "wait"), Post("/api/jobs?wait=x", Right, 400, "wait"), Post("/api/jobs?wait=61s", Right, 400, "wait"), Post("/api/jobs?wait=-1s", Right, 400, "wait"),
        Post("/api/jobs?wait=30", Right, 400, "wait"), Post("/api/jobs?wait=1s&wait=2s", Right, 400, "wait"), Post("/api/jobs?await=1s", Right, 400, "await"), Post("/api/jobs?wait=x&limit=3", Right, 400, "wait limit"),
        Get("/api/jobs?limit=0", 400, "limit"), Get("/api/jobs?limit=501", 400, "limit"), Get("/api/jobs?limit=-1", 400, "limit"), Get("/api/jobs?limit=ten", 400, "limit"), Get("/api/jobs?limit=", 400, "limit"), Get("/api/jobs?limit=1.0", 400, "limit"),
        Get("/api/jobs?limit=1&limit=2", 400, "limit"), Get("/api/jobs?limit=99999999999999999999", 400, "limit"), Get("/api/jobs?limit=%2B5", 400, "limit"), Get("/api/jobs?limit=%D9%A5", 400, "limit"),
        Get("/api/jobs?status=", 400, "status"), Get("/api/jobs?status=done", 400, "status"), Get("/api/jobs?status=Failed", 400, "status"), Get("/api/jobs?status=5", 400, "status"), Get("/api/jobs?status=failed&status=running", 400, "status"), Get("/api/jobs?status=queued", 400, "status"),
        Get("/api/jobs?name=", 400, "name"), Get("/api/jobs?name=a%20b", 400, "name"), Get("/api/jobs?name=%FF", 400, "name"), Get("/api/jobs?name=a%00", 400, "name"),
        Get("/api/jobs?after=", 400, "after"), Get("/api/jobs?after=x", 400, "after"), Get("/api/jobs?after=%FF", 400, "after"), Get("/api/jobs?after=" + new string('a', 2000), 400, "after"),
        Get("/api/jobs?offset=1", 400, "offset"), Get("/api/jobs?limit=0&status=x&name=%20&other=1", 400, "limit status name other"), Get("/api/jobs?" + new string('q', 100) + "=1", 400, new string('q', 64) + "…"),
        Get("/api/jobs?x=" + new string('a', 20_000), 414, ByServer),
        Get("/api/jobs/{job}?expand=1", 400, "expand"), Get("/api/executors?all=1", 400, "all"),
        Get("/api/jobs/{job}/tasks?step=other", 400, "step"), Get("/api/jobs/{job}/tasks?step=a%20b", 400, "step"), Get("/api/jobs/{job}/tasks?status=pending", 400, "status"), Get("/api/jobs/{job}/tasks?limit=1000", 400, "limit"), Get("/api/jobs/{job}/tasks?after=zzz", 400, "after"),
        Get("/api/jobs/{job}/tasks/main/0?attempt=1", 400, "attempt"),
        Get("/api/jobs/{job}/tasks/main/0/output?stream=both", 400, "stream"), Get("/api/jobs/{job}/tasks/main/0/output?offset=-1", 400, "offset"), Get("/api/jobs/{job}/tasks/main/0/output?offset=x", 400, "offset"), Get("/api/jobs/{job}/tasks/main/0/output?offset=9223372036854775808", 400, "offset"),
        Get("/api/jobs/{job}/tasks/main/0/output?attempt=0", 400, "attempt"), Get("/api/jobs/{job}/tasks/main/0/output?attempt=1001", 400, "attempt"), Get("/api/jobs/{job}/tasks/main/0/output?attempt=2", 404), Get("/api/jobs/{job}/tasks/main/0/output?follow=yes", 400, "follow"),
        Get("/api/jobs/{job}/tasks/main/0/output?offset=9223372036854775807", 416, "offset"),
        Get("/api/jobs/{job}/artifacts?format=tar", 400, "format"), Get("/api/jobs/{job}/artifacts?step=other", 400, "step"), Get("/api/jobs/{job}/artifacts?limit=x", 400, "limit"), Get("/api/jobs/{job}/artifacts?after=x", 400, "after"), Get("/api/jobs/{job}/artifacts.zip?step=main", 400, "step"),
        Get("/api/jobs/{job}/events?after=1", 400, "after"), Get("/api/jobs/{job}/events?lastEventId=1&lastEventId=2", 400, "lastEventId"),
    ];

    private static BadInput[] Places =>
    [
        Get(NoJob, 404), Get(NoJob + "/tasks", 404), Get(NoJob + "/tasks/main/0", 404), Get(NoJob + "/tasks/main/0/output", 404), Get(NoJob + "/artifacts", 404), Get(NoJob + "/artifacts/x", 404), Get(NoJob + "/artifacts.zip", 404), Get(NoJob + "/events", 404),
        Get("/api/jobs/x", 404), Get("/api/jobs/" + new string('a', 27), 404), Get("/api/jobs/" + new string('A', 26), 404), Get("/api/jobs/..%2f..%2fetc%2fpasswd", 404), Get("/api/jobs/%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00", 400, ByServer),
        Get("/api/jobs/{job}/tasks/main/1", 404), Get("/api/jobs/{job}/tasks/main/-1", 404), Get("/api/jobs/{job}/tasks/main/00", 404), Get("/api/jobs/{job}/tasks/main/00/output", 404), Get("/api/jobs/{job}/tasks/main/+0", 404), Get("/api/jobs/{job}/tasks/main/x", 404), Get("/api/jobs/{job}/tasks/main/99999999999", 404), Get("/api/jobs/{job}/tasks/other/0", 404), Get("/api/jobs/{job}/tasks/other/0/output", 404),
        Get("/api/jobs/{job}/artifacts/nothing", 404), Get("/api/jobs/{job}/artifacts/main/0/..%2f..%2fkey", 404), Get("/api/jobs/{job}/nothing", 404), Get("/api/nothing", 404), Get("/api", 404),
    ];

    private static BadInput[] Wishes =>
    [
        Post("/api/jobs/{job}/cancel", null, 409), Post("/api/jobs/{job}/suspend", null, 409), Post("/api/jobs/{job}/resume", null, 409), Post("/api/jobs/{job}/rerun", null, 409),
        Post(NoJob + "/cancel", null, 404), Post(NoJob + "/suspend", null, 404), Post(NoJob + "/resume", null, 404), Post(NoJob + "/rerun", null, 404),
        Post("/api/jobs/{job}/cancel", "x", 400, "$"), Post("/api/jobs/{job}/cancel", "[]", 400, "$"), Post("/api/jobs/{job}/cancel", "\"why\"", 400, "$"), Post("/api/jobs/{job}/cancel", """{"reason":1}""", 400, "$.reason"),
        Post("/api/jobs/{job}/cancel", """{"reson":"x","other":1}""", 400, "$.reson $.other"), Post("/api/jobs/{job}/cancel", """{"reason":"a","reason":"b"}""", 400, "$.reason"), Post("/api/jobs/{job}/cancel", $$"""{"reason":"{{new string('r', 1025)}}"}""", 400, "$.reason"),
        Post("/api/jobs/{job}/cancel", """{"reason":"\uD800"}""", 400, "$"), Post("/api/jobs/{job}/cancel", """{"reason":"a\u0000"}""", 400, "$.reason"), Post("/api/jobs/{job}/cancel", new string(' ', 70_000), 413),
        Post("/api/jobs/{job}/cancel", """{"reason":"x"}""", 415, "Content-Type") with { ContentType = "text/plain" },
        Post("/api/jobs/{job}/suspend", """{"reason":"x"}""", 400, "$.reason"), Post("/api/jobs/{job}/resume", """{"a b":1}""", 400, "$['a b']"), Post("/api/jobs/{job}/rerun", "[]", 400, "$"),
        Post("/api/jobs/{job}/cancel?reason=x", null, 400, "reason"),
        new("delete what is not there", "DELETE", NoJob, 404), new("delete no id", "DELETE", "/api/jobs/x", 404), new("delete with a parameter", "DELETE", "/api/jobs/{job}?force=1", 400, "force"),
    ];

    private static BadInput[] Methods =>
    [
        new("put jobs", "PUT", "/api/jobs", 405), new("delete jobs", "DELETE", "/api/jobs", 405), new("patch a job", "PATCH", "/api/jobs/{job}", 405), new("get cancel", "GET", "/api/jobs/{job}/cancel", 405), new("post tasks", "POST", "/api/jobs/{job}/tasks", 405),
        new("post executors", "POST", "/api/executors", 405), new("post healthz", "POST", "/healthz", 405), new("nonsense", "NONSENSE", "/api/jobs", 405),
    ];
}
