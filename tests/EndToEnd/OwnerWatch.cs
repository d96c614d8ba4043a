using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using TestSupport;

namespace EndToEnd;

/// <summary>
/// Watches MicroserviceX, which shows its last 1,000 events, closely enough to see every one it has received, across its deaths.
/// </summary>
internal sealed class OwnerWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly HttpClient _owner;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    // By job: its events by sequence, and those handed on as new, in the order in which MicroserviceX has them.
    private readonly ConcurrentDictionary<string, SortedSet<long>> _sequences = new();
    private readonly ConcurrentDictionary<string, long> _applied = new();
    private readonly HashSet<string> _seen = [];
    private int _staleOrRepeated;

    public OwnerWatch(Suite suite)
    {
        _owner = suite.MicroserviceX;
        _watching = WatchAsync();
    }

    /// <summary>How many deliveries MicroserviceX told its handler to be stale or repeated.</summary>
    public int StaleOrRepeated => _staleOrRepeated;

    /// <summary>The distinct sequences of one job's events that MicroserviceX has received.</summary>
    public IReadOnlyCollection<long> SequencesOf(string jobId) => _sequences.GetValueOrDefault(jobId) ?? [];

    /// <summary>The sequence of the last event of a job that MicroserviceX took for news.</summary>
    public long AppliedLast(string jobId) => _applied.GetValueOrDefault(jobId);

    /// <summary>Waits until MicroserviceX has received every event of the feed.</summary>
    public Task HasAllAsync(IReadOnlyDictionary<string, List<long>> feed, TimeSpan within) => Eventually.ValueAsync(
        () => feed.Sum(job => job.Value.Count(sequence => !Has(job.Key, sequence))),
        missing => missing == 0 || _watching.IsFaulted,
        "no event of the feed is missing at MicroserviceX",
        within);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private bool Has(string jobId, long sequence)
    {
        if (!_sequences.TryGetValue(jobId, out var sequences))
        {
            return false;
        }

        lock (sequences)
        {
            return sequences.Contains(sequence);
        }
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var events = JsonNode.Parse(await _owner.GetStringAsync(new Uri("/events", UriKind.Relative), _stop.Token))!;
                foreach (var received in events.AsArray())
                {
                    Take(received!);
                }

                await Task.Delay(Pause, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                // Killed; it shows what it had received when it is back.
            }
        }
    }

    private void Take(JsonNode received)
    {
        var (id, jobId) = (received["id"]!.GetValue<string>(), received["jobId"]!.GetValue<string>());
        var (sequence, delivery) = (received["sequence"]!.GetValue<long>(), received["delivery"]!.GetValue<string>());
        if (!_seen.Add($"{id} {received["receivedAt"]}"))
        {
            return;
        }

        var sequences = _sequences.GetOrAdd(jobId, _ => []);
        lock (sequences)
        {
            sequences.Add(sequence);
        }

        if (delivery != "New")
        {
            _staleOrRepeated++;
            return;
        }

        // What it takes for news must be newer than all it took before: that is how an owner keeps order.
        Assert.True(sequence > _applied.GetValueOrDefault(jobId), $"{id} was applied after {_applied.GetValueOrDefault(jobId)}");
        _applied[jobId] = sequence;
    }
}
