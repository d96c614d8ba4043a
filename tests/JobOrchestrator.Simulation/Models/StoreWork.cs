using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation.Models;

/// <summary>A request as the store carries it out: one moment after the other.</summary>
/// <param name="Next">The next moment; true: it was the last one.</param>
/// <param name="Answer">What is answered then, or thrown.</param>
internal sealed record StoreWork<T>(Func<Moment, bool> Next, Func<T> Answer);

/// <summary>What the sender of a request waits for. He may give up; whatever comes then is not heard.</summary>
internal sealed class StorePromise<T>
{
    private readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;
    private readonly Action<bool> _heard;

    /// <param name="heard">Hears, once, whether there was an answer that is no failure.</param>
    /// <param name="cancellationToken">The sender gives up.</param>
    public StorePromise(Action<bool> heard, CancellationToken cancellationToken)
    {
        _heard = heard;
        _registration = cancellationToken.UnsafeRegister(
            _ =>
            {
                if (_promise.TrySetCanceled(cancellationToken))
                {
                    heard(false);
                }
            },
            null);
    }

    public Task<T> Task => _promise.Task;

    /// <summary>The answer is here.</summary>
    public void Keep(Func<T> answer)
    {
        try
        {
            T result = answer();
            if (_promise.TrySetResult(result))
            {
                End(isWell: true);
            }
        }
        catch (CallException exception)
        {
            Fail(exception);
        }
    }

    /// <summary>There will be no answer.</summary>
    public void Fail(CallException exception)
    {
        if (_promise.TrySetException(exception))
        {
            End(isWell: false);
        }
    }

    private void End(bool isWell)
    {
        _registration.Dispose();
        _heard(isWell);
    }
}
