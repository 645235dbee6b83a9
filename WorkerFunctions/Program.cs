using FuncExec.WorkerFunctions.Hosting;

return await FuncExecApp.RunAsync(args);
