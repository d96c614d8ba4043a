using Consumer;
using Contracts;
using JobOrchestrator.Sdk.Testing;

await using var test = new JobTest<GreetProcessor>();
JobTestRun run = await test.RunAsync(new Greet("Grace"));
Console.WriteLine($"test: {run.Outcome}, {run.ReadResult<Greeting>()?.Text}");
