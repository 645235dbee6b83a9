using System.Text.Json;

namespace FuncExec.Orchestrator.Reading;

/// <summary>
/// Asks an executor what is wrong with a payload: paths from the payload's root, an empty list when nothing is, null when
/// there is no executor of that name.
/// </summary>
public delegate IReadOnlyList<JobMistake>? PayloadCheck(string executor, JsonElement payload);
