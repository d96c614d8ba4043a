using System.Runtime.ExceptionServices;

namespace JobOrchestrator.Waiting;

/// <summary>
/// Waits for all of several tasks, as <c>Task.WhenAll</c> does, but by nothing except plain awaits: whatever the tasks are made of, the
/// caller goes on in his own context.
/// </summary>
internal static class Together
{
    /// <summary>Waits until all have ended; then throws the first failure, in their order.</summary>
    public static async Task AllAsync(IEnumerable<Task> tasks)
    {
        // All of them have begun before the first is waited for.
        Task[] begun = [.. tasks];
        ExceptionDispatchInfo? failure = null;
        foreach (Task task in begun)
        {
            try
            {
                await task;
            }
            catch (Exception exception)
            {
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        failure?.Throw();
    }

    /// <inheritdoc cref="AllAsync(IEnumerable{Task})"/>
    /// <returns>What they bring, in their order.</returns>
    public static async Task<T[]> AllAsync<T>(IEnumerable<Task<T>> tasks)
    {
        Task<T>[] begun = [.. tasks];
        await AllAsync((IEnumerable<Task>)begun);
        var results = new T[begun.Length];
        for (int i = 0; i < begun.Length; i++)
        {
            results[i] = await begun[i];
        }

        return results;
    }
}
