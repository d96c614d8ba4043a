using System.Collections.Concurrent;
using JobOrchestrator.Sdk;

namespace Shop;

// snippet:shop-greetings
[JobType("greet", Queue = "greetings")]
public sealed record Greet(string Name) : IJob<Greeting>;

public sealed record Greeting(string Text);

/// <summary>The worker's side.</summary>
public sealed class GreetProcessor : JobProcessor<Greet, Greeting>
{
    public override Task<Greeting> RunAsync(Greet input, JobContext context) => Task.FromResult(new Greeting($"Hello, {input.Name}"));
}

/// <summary>The owner's side: what this service hears of its own jobs.</summary>
public sealed class GreetingEvents(Heard heard) : JobEventHandler
{
    protected override Task OnCompletedAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        heard.Add($"{jobEvent.JobId} {jobEvent.Kind} by {jobEvent.Source}");
        return Task.CompletedTask;
    }
}

public sealed class Heard
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public void Add(string line) => _lines.Enqueue(line);
}
// end-snippet
