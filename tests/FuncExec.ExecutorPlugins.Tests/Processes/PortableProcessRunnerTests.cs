using FuncExec.ExecutorPlugins.Processes;
using FuncExec.ExecutorPlugins.Processes.Portable;

namespace FuncExec.ExecutorPlugins.Tests.Processes;

[Collection(ProcessCollection.Name)]
public sealed class PortableProcessRunnerTests : ProcessRunnerContract
{
    protected override IProcessRunner CreateRunner(TimeProvider time) => new PortableProcessRunner(time);
}
