namespace FuncExec.Runtime.Functions.Telemetry;

/// <summary>There when the app asks for Application Insights: the start says once what there is instead.</summary>
internal sealed class ApplicationInsightsNotice;
