namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>A call that goes into a group of <c>hub_commit</c>.</summary>
internal interface ICommitCall
{
    /// <summary>Adds what it writes, and notes where.</summary>
    void AddTo(CommitGroup group);

    /// <summary>Decides by what the server answered.</summary>
    void Decide(CommitAnswer answer);
}
