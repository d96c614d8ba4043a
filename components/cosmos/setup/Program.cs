return await CosmosSetup.SetupCommand.RunAsync(args, Environment.GetEnvironmentVariable, Console.Out, Console.Error, null);
