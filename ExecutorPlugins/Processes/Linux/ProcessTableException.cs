namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>Nothing can be said of a process at this moment: there is no descriptor or memory left to look with.</summary>
internal sealed class ProcessTableException(int error)
    : Exception($"The table of processes cannot be read now (error {error}).")
{
    /// <summary>Tells a machine at its end from a process that is not there, which must not be mixed up.</summary>
    public static void ThrowIfExhausted(int error)
    {
        if (error is LibC.EMFile or LibC.ENFile or LibC.ENoMem)
        {
            throw new ProcessTableException(error);
        }
    }
}
