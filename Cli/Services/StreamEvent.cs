namespace FuncExec.Cli.Services;

/// <summary>An event of a job's stream.</summary>
/// <param name="Cursor">Where to go on behind it.</param>
/// <param name="Data">What happened.</param>
internal sealed record StreamEvent(string Cursor, StreamEventData Data);
