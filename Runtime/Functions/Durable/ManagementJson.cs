using System.Text.Json.Serialization;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Durable;

/// <summary>How management addresses are written.</summary>
[JsonSerializable(typeof(HttpManagementPayload))]
internal sealed partial class ManagementJson : JsonSerializerContext;
