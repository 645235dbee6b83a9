namespace FuncExec.Runtime.Transfer;

/// <summary>What a store is to a migration. Stored by its number.</summary>
public enum TransferRole
{
    /// <summary>What it keeps has been moved elsewhere, or is being moved.</summary>
    Source = 1,

    /// <summary>It is being filled, and not complete.</summary>
    Target = 2,
}
