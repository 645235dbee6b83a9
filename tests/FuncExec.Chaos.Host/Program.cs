using System.Globalization;
using FuncExec.Chaos.Host;
using FuncExec.WorkerFunctions.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The whole service, on a machine whose clock is wrong by CHAOS_CLOCK_SHIFT.
FunctionsApplicationBuilder builder = FuncExecApp.CreateBuilder(args);
builder.Services.AddSingleton<TimeProvider>(new ShiftedClock(
    TimeSpan.Parse(Environment.GetEnvironmentVariable("CHAOS_CLOCK_SHIFT") ?? "00:00", CultureInfo.InvariantCulture)));
await builder.Build().RunAsync();
