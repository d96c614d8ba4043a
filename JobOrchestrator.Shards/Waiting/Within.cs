namespace JobOrchestrator.Waiting;

/// <summary>
/// Waits for a task for so long at most, as <c>WaitAsync</c> does, but by nothing except a plain await: whatever the task is made of, the
/// caller goes on in his own context.
/// </summary>
internal static class Within
{
    /// <summary>The task's own end, if it comes in time. The task itself goes on either way.</summary>
    /// <param name="task">The task.</param>
    /// <param name="atMost">How long to wait; infinite: only the token ends it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller waits no longer.</param>
    /// <exception cref="TimeoutException">The time has passed.</exception>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public static async Task WithinAsync(this Task task, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!task.IsCompleted)
        {
            var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = TellAsync(task, ended);
            using ITimer timer = time.CreateTimer(
                static promise => ((TaskCompletionSource<bool>)promise!).TrySetResult(false), ended, atMost, Timeout.InfiniteTimeSpan);
            using CancellationTokenRegistration leaving = cancellationToken.UnsafeRegister(
                static (promise, token) => ((TaskCompletionSource<bool>)promise!).TrySetCanceled(token), ended);
            if (!await ended.Task)
            {
                throw new TimeoutException($"It did not end within {atMost.TotalSeconds} s.");
            }
        }

        await task;
    }

    /// <inheritdoc cref="WithinAsync(Task, TimeSpan, TimeProvider, CancellationToken)"/>
    public static async Task<T> WithinAsync<T>(
        this Task<T> task, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        await WithinAsync((Task)task, atMost, time, cancellationToken);
        return await task;
    }

    private static async Task TellAsync(Task task, TaskCompletionSource<bool> ended)
    {
        try
        {
            await task;
        }
        catch (Exception)
        {
            // The caller who is still there awaits the task itself and meets it; for one who has gone it is of no interest.
        }

        ended.TrySetResult(true);
    }
}
