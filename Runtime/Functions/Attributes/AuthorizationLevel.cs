namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a caller of an HTTP function must present.</summary>
public enum AuthorizationLevel
{
    /// <summary>Nothing.</summary>
    Anonymous = 0,

    /// <summary>A signed-in user; this runtime asks for a key.</summary>
    User = 1,

    /// <summary>A key.</summary>
    Function = 2,

    /// <summary>The system's key.</summary>
    System = 3,

    /// <summary>The administrator's key.</summary>
    Admin = 4,
}
