namespace FuncExec.Runtime.PostgresStore.Opening;

/// <summary>For what a store is opened.</summary>
internal enum SchemaUse
{
    /// <summary>By a node: the schema is made and brought forward; one with the mark of a migration is refused.</summary>
    Node = 1,

    /// <summary>To move what it keeps elsewhere: it has to be there, and this program has to know all of it.</summary>
    Source,

    /// <summary>To fill it: it is made, and this program has to know all of it.</summary>
    Target,
}
