using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FuncExec.ExecutorPlugins;
using FuncExec.WorkerFunctions.Api.Streams;

namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>Writes server-sent events into an answer. What is written is sent in pieces of some size, or when asked.</summary>
internal sealed class EventWriter(PipeWriter pipe, PatientWriter patient)
{
    private const int PieceSize = 16 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private long _unsent;

    /// <summary>How many times something was sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Writes an event whose data is a value's JSON.</summary>
    public ValueTask WriteAsync<T>(string kind, string id, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        Begin(kind, id);
        using (Utf8JsonWriter writer = new(pipe, Options))
        {
            JsonSerializer.Serialize(writer, value, type);
            writer.Flush();
            _unsent += writer.BytesCommitted;
        }

        Text("\n\n");
        return SendIfManyAsync(cancellationToken);
    }

    /// <summary>Writes an event that is a piece of output.</summary>
    public ValueTask WriteOutputAsync(
        string id, string task, OpenAttempt attempt, (OutputStream Stream, long Offset) place, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Begin("output", id);
        using (Utf8JsonWriter writer = new(pipe, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("task"u8, task);
            writer.WriteNumber("attempt"u8, attempt.Attempt);
            writer.WriteNumber("token"u8, attempt.Token);
            writer.WriteString("stream"u8, place.Stream is OutputStream.Stdout ? "stdout"u8 : "stderr"u8);
            writer.WriteNumber("offset"u8, place.Offset);
            writer.WriteBase64String("data"u8, bytes.Span);
            writer.WriteEndObject();
            writer.Flush();
            _unsent += writer.BytesCommitted;
        }

        Text("\n\n");
        return SendIfManyAsync(cancellationToken);
    }

    /// <summary>Says how long a client is to wait before it comes again.</summary>
    public void WriteRetry(TimeSpan pause) => Text($"retry: {(int)pause.TotalMilliseconds}\n\n");

    /// <summary>Says nothing, so that nobody takes the connection for dead.</summary>
    public void WriteComment() => Text(":\n\n");

    /// <summary>Sends what was written.</summary>
    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (_unsent > 0)
        {
            _unsent = 0;
            Sent++;
            await patient.FlushAsync(cancellationToken);
        }
    }

    private ValueTask SendIfManyAsync(CancellationToken cancellationToken) =>
        _unsent >= PieceSize ? SendAsync(cancellationToken) : ValueTask.CompletedTask;

    private void Begin(string kind, string id) => Text($"event: {kind}\nid: {id}\ndata: ");

    private void Text(string text) => _unsent += Encoding.ASCII.GetBytes(text, pipe);
}
