using System.Text;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>One bad request, the status it gets and what the answer says.</summary>
/// <param name="Name">What is bad.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path; {m} is the management API's, {key} the key.</param>
/// <param name="Status">The status.</param>
/// <param name="Says">A part of the body; null for an empty one.</param>
public sealed record BadInput(string Name, string Method, string Path, int Status, string? Says)
{
    /// <summary>The body, or null.</summary>
    public Func<HttpContent>? Body { get; init; }

    /// <summary>Further headers; a name with an empty value takes the key away.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public override string ToString() => Name;
}

/// <summary>The table. Instances that exist: <c>running</c>, <c>finished</c>.</summary>
internal static class BadInputs
{
    private const string Management = "/runtime/webhooks/durabletask";
    private const string Key = "x-functions-key";

    public static IEnumerable<BadInput> All() =>
        [.. Starting(), .. Reading(), .. Listing(), .. Steering(), .. Purging(), .. Entering(), .. Binding()];

    private static IEnumerable<BadInput> Starting()
    {
        const string echo = Management + "/orchestrators/Echo";
        yield return new("unknown orchestrator", "POST", Management + "/orchestrators/Nobody", 400, "functionName");
        yield return new("start by GET", "GET", echo, 405, "Allowed: POST");
        yield return new("JSON cut short", "POST", echo, 400, "\"$\"") { Body = Json("""{"a":""") };
        yield return new("JSON with trailing comma", "POST", echo, 400, "\"$\"") { Body = Json("[1,]") };
        yield return new("two JSON documents", "POST", echo, 400, "\"$\"") { Body = Json("1 2") };
        yield return new("no JSON", "POST", echo, 400, "\"$\"") { Body = Json("hello") };
        yield return new("single quotes", "POST", echo, 400, "\"$\"") { Body = Json("{'a':1}") };
        yield return new("JSON too deep", "POST", echo, 400, "\"$\"") { Body = Json(new string('[', 200) + new string(']', 200)) };
        yield return new("white space only", "POST", echo, 400, "\"$\"") { Body = Json("   ") };
        yield return new("broken UTF-8", "POST", echo, 400, "\"$\"") { Body = Bytes([(byte)'"', 0xC3, 0x28, (byte)'"']) };
        yield return new("half a surrogate pair", "POST", echo, 400, "not valid Unicode") { Body = Json("\"\\ud800\"") };
        yield return new("half a surrogate pair as name", "POST", echo, 400, "not valid Unicode") { Body = Json("{\"\\udc00\":1}") };
        yield return new("input above the payload limit", "POST", echo, 413, "the limit is") { Body = () => new StringContent('"' + new string('x', 5 << 20) + '"') };
        yield return new("body above the limit", "POST", echo, 413, "at most 33554432") { Body = static () => new ByteArrayContent(new byte[(32 << 20) + 1]) };
        yield return new("unknown character set", "POST", echo, 415, "klingon") { Body = Typed("1", "application/json; charset=klingon") };
        yield return new("id of an entity", "POST", echo + "/@counter@1", 400, "instanceId");
        yield return new("id with a slash", "POST", echo + "/a%2Fb", 400, "instanceId");
        yield return new("id with a backslash", "POST", echo + "/a%5Cb", 400, "instanceId");
        yield return new("id with a question mark", "POST", echo + "/a%3Fb", 400, "instanceId");
        yield return new("id with a hash", "POST", echo + "/a%23b", 400, "instanceId");
        yield return new("id with a control character", "POST", echo + "/a%07b", 400, "instanceId");
        yield return new("id too long", "POST", echo + "/" + new string('i', 101), 400, "instanceId");
        yield return new("id in use", "POST", echo + "/running", 409, "instanceId");
        yield return new("timeout no number", "POST", echo + "?timeout=soon", 400, "\"timeout\"");
        yield return new("timeout negative", "POST", echo + "?timeout=-1", 400, "\"timeout\"");
        yield return new("timeout not a number", "POST", echo + "?timeout=NaN", 400, "\"timeout\"");
        yield return new("timeout endless", "POST", echo + "?timeout=1e300", 400, "\"timeout\"");
        yield return new("interval longer than timeout", "POST", echo + "?timeout=1&pollingInterval=2", 400, "\"pollingInterval\"");
        yield return new("start on another hub", "POST", echo + "?taskHub=other", 400, "\"taskHub\"");
        yield return new("path too long for an id", "POST", echo + "/a/b", 404, "nothing at this route");
    }

    private static IEnumerable<BadInput> Reading()
    {
        const string running = Management + "/instances/running";
        yield return new("unknown instance", "GET", Management + "/instances/nobody", 404, null);
        yield return new("instance id of rubbish", "GET", Management + "/instances/%FF%FE%zz", 404, null);
        yield return new("showHistory no flag", "GET", running + "?showHistory=maybe", 400, "\"showHistory\"");
        yield return new("showHistoryOutput no flag", "GET", running + "?showHistoryOutput=1", 400, "\"showHistoryOutput\"");
        yield return new("showInput no flag", "GET", running + "?showInput=yes", 400, "\"showInput\"");
        yield return new("failure flag no flag", "GET", running + "?returnInternalServerErrorOnFailure=x", 400, "\"returnInternalServerErrorOnFailure\"");
        yield return new("status of another hub", "GET", running + "?taskHub=other", 400, "\"taskHub\"");
        yield return new("status by PUT", "PUT", running, 405, "Allowed: DELETE, GET");
        yield return new("status by a method of no one", "BREW", running, 405, "Allowed");
    }

    private static IEnumerable<BadInput> Listing()
    {
        const string list = Management + "/instances";
        yield return new("top zero", "GET", list + "?top=0", 400, "\"top\"");
        yield return new("top negative", "GET", list + "?top=-5", 400, "\"top\"");
        yield return new("top no number", "GET", list + "?top=ten", 400, "\"top\"");
        yield return new("top too large", "GET", list + "?top=99999999999", 400, "\"top\"");
        yield return new("top fractional", "GET", list + "?top=1.5", 400, "\"top\"");
        yield return new("top twice", "GET", list + "?top=1&top=2", 400, "\"top\"");
        yield return new("from no date", "GET", list + "?createdTimeFrom=yesterday", 400, "\"createdTimeFrom\"");
        yield return new("to no such month", "GET", list + "?createdTimeTo=2024-13-01", 400, "\"createdTimeTo\"");
        yield return new("plus not escaped", "GET", list + "?createdTimeTo=2024-01-01T00:00:00+xx:00", 400, "%2B");
        yield return new("unknown status", "GET", list + "?runtimeStatus=Sleeping", 400, "\"runtimeStatus\"");
        yield return new("status by number", "GET", list + "?runtimeStatus=Running,7", 400, "\"runtimeStatus\"");
        yield return new("continuation of rubbish", "GET", list, 400, "x-ms-continuation-token") { Headers = [("x-ms-continuation-token", "rubbish")] };
        yield return new("continuation negative", "GET", list, 400, "x-ms-continuation-token") { Headers = [("x-ms-continuation-token", "-1")] };
        yield return new("list by POST", "POST", list, 405, "Allowed");
    }

    private static IEnumerable<BadInput> Steering()
    {
        const string running = Management + "/instances/running";
        const string finished = Management + "/instances/finished";
        const string nobody = Management + "/instances/nobody";
        foreach (string operation in new[] { "terminate", "suspend", "resume" })
        {
            yield return new($"{operation} unknown", "POST", $"{nobody}/{operation}", 404, "nobody");
            yield return new($"{operation} finished", "POST", $"{finished}/{operation}?reason=r", 410, "has finished");
            yield return new($"{operation} by GET", "GET", $"{running}/{operation}", 405, "Allowed: POST");
        }

        yield return new("unknown operation", "POST", running + "/explode", 404, "nothing at this route");
        yield return new("event to unknown", "POST", nobody + "/raiseEvent/go", 404, "nobody") { Body = Json("1") };
        yield return new("event to finished", "POST", finished + "/raiseEvent/go", 410, "has finished") { Body = Json("1") };
        yield return new("event without name", "POST", running + "/raiseEvent/", 404, "nothing at this route") { Body = Json("1") };
        yield return new("event by GET", "GET", running + "/raiseEvent/go", 405, "Allowed: POST");
        yield return new("event as text", "POST", running + "/raiseEvent/go", 400, "Only application/json") { Body = Typed("1", "text/plain") };
        yield return new("event without content type", "POST", running + "/raiseEvent/go", 400, "Only application/json") { Body = Bytes([(byte)'1']) };
        yield return new("event with broken JSON", "POST", running + "/raiseEvent/go", 400, "\"$\"") { Body = Json("{") };
        yield return new("event above the payload limit", "POST", running + "/raiseEvent/go", 413, "the limit is") { Body = Json('"' + new string('x', 5 << 20) + '"') };
    }

    private static IEnumerable<BadInput> Purging()
    {
        const string list = Management + "/instances";
        yield return new("purge unknown", "DELETE", list + "/nobody", 404, "nobody");
        yield return new("purge running", "DELETE", list + "/running", 412, "has not finished");
        yield return new("purge without from", "DELETE", list, 400, "\"createdTimeFrom\"");
        yield return new("purge from no date", "DELETE", list + "?createdTimeFrom=x", 400, "\"createdTimeFrom\"");
        yield return new("purge to no date", "DELETE", list + "?createdTimeFrom=2000-01-01&createdTimeTo=x", 400, "\"createdTimeTo\"");
        yield return new("purge unknown status", "DELETE", list + "?createdTimeFrom=2000-01-01&runtimeStatus=Dead", 400, "\"runtimeStatus\"");
        yield return new("purge nothing", "DELETE", list + "?createdTimeFrom=2999-01-01", 404, "fits the filter");
    }

    private static IEnumerable<BadInput> Entering()
    {
        yield return new("no key", "GET", "/api/Payload", 401, Key) { Headers = [(Key, "")] };
        yield return new("wrong key", "GET", "/api/Payload", 401, Key) { Headers = [(Key, "wrong")] };
        yield return new("wrong code", "GET", "/api/Payload?code=wrong", 401, Key) { Headers = [(Key, "")] };
        yield return new("key of huge length", "GET", "/api/Payload", 401, Key) { Headers = [(Key, new string('k', 8000))] };
        yield return new("no key for the management api", "GET", Management + "/instances", 401, Key) { Headers = [(Key, "")] };
        yield return new("no such route", "GET", "/api/nowhere", 404, "nothing at this route");
        yield return new("the root", "GET", "/", 404, "nothing at this route");
        yield return new("climbing out", "GET", "/api/..%2f..%2fetc%2fpasswd", 404, "nothing at this route");
        yield return new("escape of rubbish", "GET", "/api/%zz", 404, "nothing at this route");
        yield return new("method not there", "DELETE", "/api/body", 405, "Allowed: POST");
        yield return new("host of others", "GET", "/api/result", 421, "\"Host\"") { Headers = [("Host", "evil.example")] };
        yield return new("origin of others", "POST", "/api/body", 403, "\"Origin\"") { Headers = [("Origin", "https://evil.example")] };
        yield return new("made by another site", "POST", "/api/body", 403, "Sec-Fetch-Site") { Headers = [("Sec-Fetch-Site", "cross-site")] };
    }

    private static IEnumerable<BadInput> Binding()
    {
        const string values = "/api/values/1/00000000-0000-0000-0000-000000000001";
        yield return new("constraint int", "GET", "/api/values/one/00000000-0000-0000-0000-000000000001", 404, "nothing at this route");
        yield return new("constraint guid", "GET", "/api/values/1/none", 404, "nothing at this route");
        yield return new("value missing", "GET", values, 400, "\"colour\"");
        yield return new("value not of the enum", "GET", values + "?colour=mauve", 400, "Red, Green");
        yield return new("value of the enum by number", "GET", values + "?colour=99", 400, "\"colour\"");
        yield return new("value no date", "GET", values + "?colour=red&when=later", 400, "\"when\"");
        yield return new("value no number", "GET", values + "?colour=red&factor=much", 400, "\"factor\"");
        yield return new("body missing", "POST", "/api/body", 400, "\"$\"");
        yield return new("body null", "POST", "/api/body", 400, "\"$\"") { Body = Json("null") };
        yield return new("body as text", "POST", "/api/body", 415, "application/json") { Body = Typed("{}", "text/plain") };
        yield return new("body as form", "POST", "/api/body", 415, "application/json") { Body = Typed("a=1", "application/x-www-form-urlencoded") };
        yield return new("body of unknown character set", "POST", "/api/body", 415, "klingon") { Body = Typed("{}", "application/json; charset=klingon") };
        yield return new("body cut short", "POST", "/api/body", 400, "$.age") { Body = Json("""{"name":"Ada","age":""") };
        yield return new("body of wrong type", "POST", "/api/body", 400, "$.age") { Body = Json("""{"name":"Ada","age":"old"}""") };
        yield return new("body a list", "POST", "/api/body", 400, "\"$\"") { Body = Json("[]") };
        yield return new("body too deep", "POST", "/api/body", 400, "errors") { Body = Json(string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100)) };
        yield return new("body of broken UTF-8", "POST", "/api/body", 400, "errors") { Body = Bytes([.. "{\"name\":\""u8, 0xFF, .. "\"}"u8], "application/json") };
        yield return new("body above the limit", "POST", "/api/body", 413, "at most") { Body = static () => new ByteArrayContent(new byte[(32 << 20) + 1]) };
        yield return new("read as JSON, cut short", "POST", "/api/json", 400, "errors") { Body = Json("""{"name":""") };
        yield return new("read as JSON, wrong type", "POST", "/api/json", 400, "$.age") { Body = Json("""{"age":"old"}""") };
        yield return new("read as JSON, text", "POST", "/api/json", 415, "content type") { Body = Typed("{}", "text/plain") };
        yield return new("read as form, JSON", "POST", "/api/form", 415, "Content-Type") { Body = Json("{}") };
        yield return new("read as form, broken", "POST", "/api/form", 400, "cannot be read") { Body = Typed("rubbish", "multipart/form-data; boundary=x") };
    }

    private static Func<HttpContent> Json(string text) => Typed(text, "application/json");

    private static Func<HttpContent> Typed(string text, string type) => Bytes(Encoding.UTF8.GetBytes(text), type);

    private static Func<HttpContent> Bytes(byte[] bytes, string? type = null) => () =>
    {
        ByteArrayContent content = new(bytes);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return content;
    };
}
