using System.Diagnostics.Metrics;
using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Telemetry;

/// <summary>
/// What is measured when it is asked for: how the shards that are held here stand, and how full their queues are, as of some seconds ago.
/// </summary>
internal sealed class Gauges
{
    private const int QueuesInOneRead = 200;

    private readonly Replica _replica;
    private readonly Instruments _instruments;
    private readonly TimeSpan _every;
    private readonly TimeProvider _time;
    private readonly Instrument _depth;
    private volatile IReadOnlyList<QueueFigures> _queues = [];

    public Gauges(Replica replica, Instruments instruments, IOptions<MetricsOptions> options, TimeProvider time)
    {
        _replica = replica;
        _instruments = instruments;
        _every = TimeSpan.FromSeconds(options.Value.QueuesEverySeconds);
        _time = time;
        Meter meter = instruments.Meter;
        _depth = meter.CreateObservableGauge(
            "joborchestrator.queue.depth",
            () => _queues.SelectMany(queue => new[]
            {
                queue.Measure(queue.Ready, "ready"),
                queue.Measure(queue.Scheduled, "scheduled"),
            }),
            "{job}",
            "Jobs that wait: ready to be handed out, or scheduled for later.");
        meter.CreateObservableGauge(
            "joborchestrator.queue.running",
            () => _queues.Select(queue => queue.Measure(queue.Running)),
            "{job}",
            "Jobs that workers have.");
        meter.CreateObservableGauge(
            "joborchestrator.queue.oldest_age",
            () => _queues.Select(queue => queue.Measure(queue.OldestAge.TotalSeconds)),
            "s",
            "For how long the oldest job that could be handed out has waited; 0: there is none.");
        meter.CreateObservableGauge(
            "joborchestrator.outbox.pending", () => replica.Figures.EventsPending, "{event}", "Events that the broker has not got.");
        meter.CreateObservableGauge(
            "joborchestrator.outbox.oldest_age",
            () => replica.Figures.EventsOldestAge.TotalSeconds,
            "s",
            "For how long the oldest event that the broker has not got has waited.");
        meter.CreateObservableGauge(
            "joborchestrator.feed.readers", () => replica.Figures.FeedReaders, "{reader}", "Readers of the feed that wait for more.");
        meter.CreateObservableGauge(
            "joborchestrator.waiters", () => replica.Figures.Waiters, "{job}", "Jobs that somebody waits for or follows.");
        meter.CreateObservableGauge(
            "joborchestrator.shard.held",
            () => replica.Figures.Held.Select((held, shard) =>
                new Measurement<int>(held ? 1 : 0, new KeyValuePair<string, object?>("shard", shard))),
            "{shard}",
            "1: this replica holds the shard.");
    }

    /// <summary>Looks at the queues again and again, while anybody measures.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (_depth.Enabled)
            {
                await LookAsync(stopping);
            }

            await Task.Delay(_every, _time, stopping);
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        var byLabel = new SortedDictionary<string, QueueFigures>(StringComparer.Ordinal);

        // A queue that was seen once is 0 when it is empty: a line that ends says nothing.
        foreach (QueueFigures before in _queues)
        {
            byLabel.Add(before.Label, new QueueFigures(before.Label, 0, 0, 0, TimeSpan.Zero));
        }

        foreach (IShard shard in _replica.HeldHere)
        {
            try
            {
                await AddAsync(shard, byLabel, stopping);
            }
            catch (Exception exception) when (exception is StoreUnavailableException or OutcomeUnknownException or TooBusyException)
            {
                // It tells nothing at the moment; health says that it is away. The others' queues are told all the same.
            }
        }

        _queues = [.. byLabel.Values];
    }

    private async Task AddAsync(IShard shard, SortedDictionary<string, QueueFigures> byLabel, CancellationToken stopping)
    {
        string? after = null;
        IReadOnlyList<QueueStatistics> page;
        do
        {
            page = await shard.QueuesAsync(after, QueuesInOneRead, stopping);
            foreach (QueueStatistics queue in page)
            {
                // After a start, queues in which jobs wait have their names before those in which nothing ever happens.
                bool isBusy = queue.Ready + queue.InProgress > 0;
                string label = isBusy ? _instruments.Labels.Of(queue.Name) : _instruments.Labels.Seen(queue.Name);
                byLabel[label] = byLabel.TryGetValue(label, out QueueFigures? sum) ? sum.With(queue) : QueueFigures.Of(label, queue);
                after = queue.Name;
            }
        }
        while (page.Count == QueuesInOneRead);
    }

    private sealed record QueueFigures(string Label, long Ready, long Scheduled, long Running, TimeSpan OldestAge)
    {
        public static QueueFigures Of(string label, QueueStatistics queue) =>
            new(label, queue.Ready, queue.Scheduled, queue.InProgress, queue.OldestAge ?? TimeSpan.Zero);

        public QueueFigures With(QueueStatistics queue) => this with
        {
            Ready = Ready + queue.Ready,
            Scheduled = Scheduled + queue.Scheduled,
            Running = Running + queue.InProgress,
            OldestAge = queue.OldestAge > OldestAge ? queue.OldestAge.Value : OldestAge,
        };

        public Measurement<T> Measure<T>(T value, string? state = null)
            where T : struct => state is null
            ? new Measurement<T>(value, new KeyValuePair<string, object?>("queue", Label))
            : new Measurement<T>(
                value, new KeyValuePair<string, object?>("queue", Label), new KeyValuePair<string, object?>("state", state));
    }
}
