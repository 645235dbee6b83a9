#if CLIWRAP
using FuncExec.ExecutorPlugins.Processes;
using FuncExec.ExecutorPlugins.Processes.CliWrap;

namespace FuncExec.ExecutorPlugins.Tests.Processes;

[Collection(ProcessCollection.Name)]
public sealed class CliWrapProcessRunnerTests : ProcessRunnerContract
{
    protected override IProcessRunner CreateRunner(TimeProvider time) => new CliWrapProcessRunner(time);
}
#endif
