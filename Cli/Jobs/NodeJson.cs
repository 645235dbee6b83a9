using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace FuncExec.Cli.Jobs;

/// <summary>How changed documents are written.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class NodeJson : JsonSerializerContext;
