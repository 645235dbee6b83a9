using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Timers;

/// <summary>Calls a timer function; ends when nothing of the call runs any more.</summary>
internal delegate Task TimerCall(TimerInfo info, CancellationToken cancellationToken);
