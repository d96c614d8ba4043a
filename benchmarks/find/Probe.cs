using System.Diagnostics;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace FindCost;

/// <summary>
/// Asks the shard's loop something small again and again: how long it takes is how long a worker would wait beside a search.
/// </summary>
internal sealed class Probe : IDisposable
{
    private readonly CancellationTokenSource _enough = new();
    private readonly Task<TimeSpan> _asking;

    public Probe(JobShards shards) => _asking = Task.Run(() => AskAsync(shards));

    /// <summary>The longest that one took.</summary>
    public Task<TimeSpan> SlowestAsync()
    {
        _enough.Cancel();
        return _asking;
    }

    public void Dispose() => _enough.Dispose();

    private async Task<TimeSpan> AskAsync(JobShards shards)
    {
        TimeSpan slowest = TimeSpan.Zero;
        do
        {
            long asked = Stopwatch.GetTimestamp();
            await shards.ProposeAsync(0, new Command.CountQueue("nobody's"), default);
            TimeSpan took = Stopwatch.GetElapsedTime(asked);
            slowest = took > slowest ? took : slowest;
            await Task.Delay(1);
        }
        while (!_enough.IsCancellationRequested);

        return slowest;
    }
}
