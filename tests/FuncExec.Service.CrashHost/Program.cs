using FuncExec.Service.CrashHost;
using FuncExec.WorkerFunctions.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

// The whole service, but that its process ends, or a store fails, at the write that CRASH_AT names.
FunctionsApplicationBuilder builder = FuncExecApp.CreateBuilder(args);
Interference.Install(builder.Services);
await builder.Build().RunAsync();
