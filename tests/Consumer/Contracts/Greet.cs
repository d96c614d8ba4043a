using System.Text.Json.Serialization;
using JobOrchestrator.Sdk;

namespace Contracts;

[JobType("greet", Queue = "greetings", LeaseSeconds = 30)]
[JsonDerivedType(typeof(Greet), "plain")]
[JsonDerivedType(typeof(Loud), "loud")]
public record Greet(string Name) : IJob<Greeting>;

public sealed record Loud(string Name, int Marks) : Greet(Name);

public sealed record Greeting(string Text);
