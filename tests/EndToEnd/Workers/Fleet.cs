namespace EndToEnd.Workers;

/// <summary>Worker processes on one queue, each replaced when it dies. Disposing kills them all.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly CancellationTokenSource _ending = new();
    private readonly Func<string, WorkerProcess> _start;
    private readonly WorkerProcess[] _workers;
    private readonly Task _replacing;
    private int _started;

    /// <param name="size">How many processes.</param>
    /// <param name="start">Starts one of the given name.</param>
    public Fleet(int size, Func<string, WorkerProcess> start)
    {
        _start = start;
        _workers = [.. Enumerable.Range(0, size).Select(_ => StartNext())];
        _replacing = ReplaceAsync();
    }

    /// <summary>The processes as they are now; one that has just died may still be among them.</summary>
    public IReadOnlyList<WorkerProcess> Workers => [.. _workers];

    /// <summary>How many have died and been replaced.</summary>
    public int Replaced => _started - _workers.Length;

    /// <summary>Asks all to end, replaces none any more, and returns their exit codes.</summary>
    public async Task<int[]> TerminateAsync()
    {
        await EndReplacingAsync();
        foreach (WorkerProcess worker in _workers)
        {
            worker.Terminate();
        }

        return await Task.WhenAll(_workers.Select(worker => worker.WaitForExitAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await EndReplacingAsync();
        foreach (WorkerProcess worker in _workers)
        {
            await worker.DisposeAsync();
        }

        _ending.Dispose();
    }

    private async Task EndReplacingAsync()
    {
        await _ending.CancelAsync();
        await _replacing;
    }

    private WorkerProcess StartNext() => _start($"worker-{++_started}");

    private async Task ReplaceAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            for (int i = 0; i < _workers.Length; i++)
            {
                if (_workers[i].HasExited)
                {
                    await _workers[i].DisposeAsync();
                    _workers[i] = StartNext();
                }
            }

            await Task.Delay(Look, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
