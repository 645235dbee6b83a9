namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Why an archive is refused.</summary>
/// <param name="Entry">The entry at fault as the archive names it, or null when it is the archive as a whole.</param>
/// <param name="Message">What is wrong with it and what would be right.</param>
public sealed record ArchiveMistake(string? Entry, string Message);
