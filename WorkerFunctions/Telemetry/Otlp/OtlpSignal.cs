namespace FuncExec.WorkerFunctions.Telemetry.Otlp;

/// <summary>Where one signal goes and how.</summary>
/// <param name="Endpoint">The whole address.</param>
/// <param name="IsHttp">By <c>http/protobuf</c>; else by gRPC.</param>
/// <param name="Headers">Headers as OTEL_EXPORTER_OTLP_HEADERS has them, or null.</param>
/// <param name="Timeout">How long one sending may take.</param>
internal sealed record OtlpSignal(Uri Endpoint, bool IsHttp, string? Headers, TimeSpan Timeout);
