using FuncExec.ExecutorPlugins;

namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>How much of an attempt that has begun and not ended was sent.</summary>
internal sealed class OpenAttempt(int attempt, long token)
{
    private long _stdout;
    private long _stderr;

    public int Attempt => attempt;

    public long Token => token;

    /// <summary>Whether anything was.</summary>
    public bool HasOutput => _stdout > 0 || _stderr > 0;

    public ref long Offset(OutputStream stream) => ref stream is OutputStream.Stdout ? ref _stdout : ref _stderr;
}
