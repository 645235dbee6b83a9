namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>A job's row.</summary>
/// <param name="Key">Its number in this file, by which its other rows are found.</param>
/// <param name="Job">The job, without its steps.</param>
/// <param name="Copied">Where taking over from another job goes on.</param>
internal sealed record StoredJob(long Key, JobRecord Job, TaskPlace Copied)
{
    /// <summary>Whether it has not ended.</summary>
    internal bool IsUnfinished => Job.State < JobState.Finished;
}

/// <summary>A task's place in its job.</summary>
internal readonly record struct TaskPlace(int Step, int Index)
{
    /// <summary>As it is stored in one number.</summary>
    internal long Packed => ((long)Step << 32) | (uint)Index;

    internal TaskPlace Next => new(Step, Index + 1);

    internal static TaskPlace Unpack(long packed) => new((int)(packed >> 32), (int)(packed & int.MaxValue));
}
