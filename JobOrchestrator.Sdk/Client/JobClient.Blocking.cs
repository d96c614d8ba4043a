namespace JobOrchestrator.Sdk;

/// <content>The same for callers that cannot await. Each blocks its thread for as long as the call takes.</content>
public sealed partial class JobClient
{
    /// <summary>The blocking twin of <see cref="EnqueueAsync"/>.</summary>
    /// <inheritdoc cref="EnqueueAsync"/>
    public Job Enqueue<TInput>(TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        Block(() => EnqueueAsync(input, options, cancellationToken));

    /// <summary>The blocking twin of <see cref="RunAsync{TResult}(IJob{TResult}, JobOptions?, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="RunAsync{TResult}(IJob{TResult}, JobOptions?, CancellationToken)"/>
    public TResult Run<TResult>(IJob<TResult> input, JobOptions? options = null, CancellationToken cancellationToken = default) =>
        Block(() => RunAsync(input, options, cancellationToken));

    /// <inheritdoc cref="Run{TResult}(IJob{TResult}, JobOptions?, CancellationToken)"/>
    public TResult Run<TInput, TResult>(TInput input, JobOptions? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        Block(() => RunAsync<TInput, TResult>(input, options, cancellationToken));

    /// <summary>The blocking twin of <see cref="GetAsync"/>.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public Job? Get(string jobId, CancellationToken cancellationToken = default) => Block(() => GetAsync(jobId, cancellationToken));

    /// <summary>The blocking twin of <see cref="CancelAsync"/>.</summary>
    /// <inheritdoc cref="CancelAsync"/>
    public Job Cancel(string jobId, CancellationToken cancellationToken = default) => Block(() => CancelAsync(jobId, cancellationToken));

    /// <summary>On the thread pool, so that a caller under a synchronisation context does not wait for itself.</summary>
    private static T Block<T>(Func<Task<T>> call) => Task.Run(call).GetAwaiter().GetResult();
}
