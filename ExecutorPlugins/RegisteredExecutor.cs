namespace FuncExec.ExecutorPlugins;

/// <summary>An executor with what the settings say of it.</summary>
internal sealed record RegisteredExecutor(IExecutor Executor, bool IsEnabled, string Origin);
