namespace FuncExec.Runtime.Transfer;

/// <summary>One value of each row of a kind.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Form">How it is handed over.</param>
public sealed record TransferColumn(string Name, TransferForm Form);
