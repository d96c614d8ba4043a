using JobOrchestrator.Cli;

return await Application.RunAsync(args, ProcessSurroundings.Find());
