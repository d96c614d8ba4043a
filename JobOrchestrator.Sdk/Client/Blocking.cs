namespace JobOrchestrator.Sdk;

#pragma warning disable RS0030 // What these calls are for.
/// <summary>Waits for asynchronous calls, for callers that cannot await.</summary>
internal static class Blocking
{
    /// <summary>On the thread pool, so that a caller under a synchronisation context does not wait for itself.</summary>
    public static T Of<T>(Func<Task<T>> call) => Task.Run(call).GetAwaiter().GetResult();

    /// <inheritdoc cref="Of{T}"/>
    public static void Of(Func<Task> call) => Task.Run(call).GetAwaiter().GetResult();

    /// <summary>One after the other, each fetched when it is asked for.</summary>
    public static IEnumerable<T> Each<T>(IAsyncEnumerable<T> all, CancellationToken cancellationToken)
    {
        IAsyncEnumerator<T> each = all.GetAsyncEnumerator(cancellationToken);
        try
        {
            while (Of(() => each.MoveNextAsync().AsTask()))
            {
                yield return each.Current;
            }
        }
        finally
        {
            Of(() => each.DisposeAsync().AsTask());
        }
    }
}
#pragma warning restore RS0030
