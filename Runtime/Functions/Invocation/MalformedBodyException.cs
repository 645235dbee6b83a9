using System.Text.Json;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>The caller's body is not the JSON that the function reads. Authors may catch it as what it is, a JsonException.</summary>
internal sealed class MalformedBodyException(JsonException cause)
    : JsonException(cause.Message, cause.Path, cause.LineNumber, cause.BytePositionInLine, cause);
