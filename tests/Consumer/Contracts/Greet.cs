using JobOrchestrator.Sdk;

namespace Contracts;

[JobType("greet", Queue = "greetings", LeaseSeconds = 30)]
public sealed record Greet(string Name) : IJob<Greeting>;

public sealed record Greeting(string Text);
