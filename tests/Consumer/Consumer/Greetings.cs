using System.Collections.Concurrent;
using Contracts;
using JobOrchestrator.Sdk;

namespace Consumer;

public sealed class GreetProcessor : JobProcessor<Greet, Greeting>
{
    public override Task<Greeting> RunAsync(Greet input, JobContext context) =>
        Task.FromResult(new Greeting($"Hello, {input.Name}{new string('!', input is Loud { Marks: var marks } ? marks : 0)}"));
}

/// <summary>A caller as one that is tested without an orchestrator.</summary>
public sealed class Greeter(IJobClient jobs)
{
    public async Task<string> WelcomeAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await jobs.RunAsync(new Loud(name, 2), cancellationToken: cancellationToken)).Text;
        }
        catch (JobFailedException failed)
        {
            return $"({failed.Error?.Title})";
        }
    }
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
