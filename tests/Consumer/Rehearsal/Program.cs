using Consumer;
using Contracts;
using JobOrchestrator.Sdk.Testing;

await using var test = new JobTest<GreetProcessor>();
JobTestRun run = await test.RunAsync(new Greet("Grace"));
Console.WriteLine($"test: {run.Outcome}, {run.ReadResult<Greeting>()?.Text}");

var jobs = new FakeJobClient();
Task<string> welcome = new Greeter(jobs).WelcomeAsync("Grace");
jobs.Complete(jobs.Submissions[0].Job.Id, new Greeting("Welcome"));
Console.WriteLine($"fake: {await welcome}, {jobs.Inputs<Loud>()[0].Marks} marks");

Task<string> unwelcome = new Greeter(jobs).WelcomeAsync("Grace");
jobs.Fail(jobs.Submissions[1].Job.Id, "No voice.");
Console.WriteLine($"fake: {await unwelcome}");
