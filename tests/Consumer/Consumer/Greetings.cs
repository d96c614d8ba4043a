using System.Collections.Concurrent;
using Contracts;
using JobOrchestrator.Sdk;

namespace Consumer;

public sealed class GreetProcessor : JobProcessor<Greet, Greeting>
{
    public override Task<Greeting> RunAsync(Greet input, JobContext context) => Task.FromResult(new Greeting($"Hello, {input.Name}"));
}

public sealed class GreetingEvents(Heard heard) : JobEventHandler
{
    protected override Task OnCompletedAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        heard.Add(jobEvent);
        return Task.CompletedTask;
    }
}

/// <summary>The completions that this owner has heard of.</summary>
public sealed class Heard
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JobEvent>> _completions = new();

    public void Add(JobEvent completed) => Of(completed.JobId).TrySetResult(completed);

    public Task<JobEvent> CompletedAsync(string jobId) => Of(jobId).Task;

    private TaskCompletionSource<JobEvent> Of(string jobId) =>
        _completions.GetOrAdd(jobId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
