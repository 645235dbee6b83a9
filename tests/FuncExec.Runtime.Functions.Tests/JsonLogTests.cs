using System.Diagnostics;
using System.Text.Json;
using FuncExec.Runtime.Functions.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Functions.Tests;

/// <summary>One record as JSON.</summary>
public sealed class JsonLogTests
{
    [Fact]
    public void Record_has_exception_scopes_and_the_span_that_it_was_written_in()
    {
        LoggerExternalScopeProvider scopes = new();
        using IDisposable named = scopes.Push(new Dictionary<string, object?> { ["job"] = "a1", ["count"] = 2 });
        using IDisposable said = scopes.Push("within");
        using Activity span = new Activity("test").Start();

        JsonElement record = Write(LogLevel.Error, "two\nlines \"quoted\"", new InvalidOperationException("why"), scopes);

        Assert.Equal(("error", "Some.Category", 7), (record.GetProperty("level").GetString(), record.GetProperty("category").GetString(), record.GetProperty("eventId").GetInt32()));
        Assert.Equal("two\nlines \"quoted\"", record.GetProperty("message").GetString());
        Assert.Contains("InvalidOperationException: why", record.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.Equal(("a1", "2"), (record.GetProperty("scopes")[0].GetProperty("job").GetString(), record.GetProperty("scopes")[0].GetProperty("count").GetString()));
        Assert.Equal("within", record.GetProperty("scopes")[1].GetString());
        Assert.Equal((span.TraceId.ToHexString(), span.SpanId.ToHexString()), (record.GetProperty("traceId").GetString(), record.GetProperty("spanId").GetString()));
    }

    [Fact]
    public void Record_outside_of_everything_has_no_more_than_it_must()
    {
        JsonElement record = Write(LogLevel.Information, "hello", null, null);

        Assert.Equal(["time", "level", "category", "eventId", "message"], record.EnumerateObject().Select(static member => member.Name));
    }

    private static JsonElement Write(LogLevel level, string message, Exception? exception, IExternalScopeProvider? scopes)
    {
        using StringWriter text = new();
        new JsonLogFormatter(TimeProvider.System).Write(
            new LogEntry<string>(level, "Some.Category", new EventId(7), message, exception, static (state, _) => state), scopes, text);
        string line = Assert.Single(text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return JsonElement.Parse(line);
    }
}
