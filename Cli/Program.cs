using FuncExec.Cli.Commands;

return await CommandLine.RunAsync(args);
