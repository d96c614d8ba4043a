using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace JobOrchestrator.Sdk.Testing;

/// <summary>
/// Runs a processor in memory, without an orchestrator: the same scope, the same JSON in and out, the same treatment of exceptions.
/// </summary>
/// <typeparam name="TProcessor">The processor.</typeparam>
public sealed class JobTest<TProcessor> : IAsyncDisposable
    where TProcessor : JobProcessor
{
    private readonly ServiceProvider _services;
    private readonly ProcessorRegistration _registration = ProcessorRegistration.Of(typeof(TProcessor));
    private readonly JsonSerializerOptions _json;

    /// <summary>A place to run the processor in.</summary>
    /// <param name="configure">Adds what the processor depends on.</param>
    /// <param name="json">How inputs and results are written; web defaults when null.</param>
    public JobTest(Action<IServiceCollection>? configure = null, JsonSerializerOptions? json = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Clock);
        configure?.Invoke(services);
        services.TryAddTransient<TProcessor>();
        services.AddSingleton<AttemptRunner>();
        _services = services.BuildServiceProvider(validateScopes: true);
        _json = json ?? JsonSerializerOptions.Web;
    }

    /// <summary>The <see cref="TimeProvider"/> that the processor gets.</summary>
    public ManualClock Clock { get; } = new();

    /// <summary>Starts an attempt. Use the returned run to stop it, or await <see cref="JobTestRun.Ended"/>.</summary>
    /// <param name="input">The job's input; anything that can be written as JSON, also of the wrong shape.</param>
    /// <param name="attempt">The attempt's number, from 1.</param>
    /// <param name="checkpoint">What an earlier attempt saved.</param>
    public JobTestRun Start(object? input, int attempt = 1, object? checkpoint = null)
    {
        var job = new Job
        {
            Id = Guid.CreateVersion7().ToString(),
            Type = _registration.Definition.Name,
            Queue = _registration.Definition.Queue ?? "default",
            Status = JobStatus.InProgress,
            Attempt = attempt,
            Input = PayloadJson.Write(input, _registration.Input, _json),
            State = PayloadJson.Write(checkpoint, _json),
        };
        var run = new JobTestRun(_json);
        run.Begin(() => _services.GetRequiredService<AttemptRunner>().RunAsync(
            _registration, new JobContext(job, run, _json, run.Stopping), _json));
        return run;
    }

    /// <summary>Runs an attempt to its end.</summary>
    /// <inheritdoc cref="Start"/>
    public async Task<JobTestRun> RunAsync(object? input, int attempt = 1, object? checkpoint = null)
    {
        JobTestRun run = Start(input, attempt, checkpoint);
        await run.Ended;
        return run;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
