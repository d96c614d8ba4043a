using System.Collections.Concurrent;
using System.Text.Json;
using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>
/// Everything at once: requests and answers lost, a store that refuses, a broker that fails, replicas that are killed, started and
/// cut off. Whatever was acknowledged is there at the end, once, queues are as they were set last, and every event was told in order.
/// </summary>
public sealed class StormTests
{
    private const int Jobs = 150;

    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingBus _bus = new();
    private readonly ConcurrentDictionary<string, JobId> _accepted = new();
    private readonly ConcurrentDictionary<JobId, bool> _completed = new();
    private readonly HashSet<string> _paused = []; // as acknowledged
    private volatile TestReplica? _replica;
    private volatile bool _calm;

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(false, 3)]
    [InlineData(false, 4)]
    public async Task Storm_WhenItIsOver_EveryAcceptedJobHasEndedOnceAndEveryEventWasToldInOrder(bool rollsBack, int seed)
    {
        var random = new Random(seed);
        var shared = new ModelStore(rollsBack);
        _bus.Fault = () => _calm ? Fault.None : Draw(random, 0.05);
        Task[] clients =
        [
            .. Enumerable.Range(0, 10).Select(client => SubmitAsync(client)),
            .. Enumerable.Range(0, 5).Select(_ => WorkAsync()),
            PauseAndResumeAsync(seed),
        ];

        TestReplica? former = null;
        Action comeBack = () => { };
        for (int life = 0; life < 8; life++)
        {
            var store = new ModelStore(shared) { Fault = Storm };
            var replica = TestReplica.Create(store, _bus, _clock, life % 2 == 0 ? "a" : "b", SmallCommits);
            replica.Begin();
            _replica = replica;
            await MoveClockAsync(() => replica.IsReady, $"life {life} begins");

            // A former holder that was only cut off is back and goes on where it was.
            comeBack();
            int target = (life + 1) * Jobs / 10;
            await MoveClockAsync(() => _completed.Count >= target, $"life {life} gets on");
            if (former is not null)
            {
                await former.DisposeAsync();
            }

            former = replica;
            if (random.Next(2) == 0)
            {
                await replica.DisposeAsync();
                comeBack = () => { };
            }
            else
            {
                store.Fault = _ => Fault.Unreachable;
                comeBack = () => store.Fault = Storm;
            }
        }

        Fault Storm(bool write) => _calm ? Fault.None : Draw(random, write ? 0.08 : 0.03);

        _calm = true;
        await using var last = TestReplica.Create(new ModelStore(shared), _bus, _clock, "c", SmallCommits);
        await former!.DisposeAsync();
        last.Begin();
        _replica = last;
        await MoveClockAsync(() => last.IsReady, "the last life begins");
        await MoveClockAsync(() => Array.TrueForAll(clients, client => client.IsCompleted), "the clients end");
        await Task.WhenAll(clients);

        Assert.Equal(Jobs, _accepted.Count);
        Assert.Equal(Jobs, _accepted.Values.Distinct().Count());
        foreach (JobId id in _accepted.Values)
        {
            Assert.Equal(JobStatus.Completed, (await last.FindAsync(id)).Status);
        }

        Assert.Equal(_paused.Order(StringComparer.Ordinal), await AnsweredAsync(last.PausedAsync));
        JobPage all = await AnsweredAsync(() => last.Shards.ListAsync(new JobFilter(), null, 10_000, CancellationToken.None));
        Assert.Equal(
            _accepted.Values.Order(Comparer<JobId>.Create((a, b) => a.Value.CompareTo(b.Value))),
            all.Jobs.Select(job => job.Id).Order(Comparer<JobId>.Create((a, b) => a.Value.CompareTo(b.Value))));
        ShardAudit audit = Assert.Single(await AnsweredAsync(() => last.Shards.AuditAsync(CancellationToken.None)))!;
        Assert.Equal((Jobs, Jobs, 0L, 0L), (audit.Accepted, audit.Completed, audit.Live, audit.Difference));
        await MoveClockAsync(() => Sequences().Count == Jobs && Sequences().All(
            job => job.Value[^1] == all.Jobs.First(found => found.Id.Value == job.Key).Sequence), "all events are told");
        Assert.All(Sequences(), job => Assert.Equal(Enumerable.Range(1, job.Value.Count).Select(n => (long)n), job.Value));
    }

    /// <summary>
    /// The clock may have run ahead of a busy machine by more than a lease, and the shard have to be taken anew: until then the service
    /// says that it is unavailable, and a caller asks again.
    /// </summary>
    private async Task<T> AnsweredAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        T? answer = null;
        var asking = Task.Run(async () =>
        {
            while (answer is null)
            {
                try
                {
                    answer = await ask();
                }
                catch (StoreUnavailableException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(200), _clock);
                }
            }
        });
        await MoveClockAsync(() => asking.IsCompleted, "the question is answered");
        await asking;
        return answer!;
    }

    /// <summary>By job, the sequences as first published.</summary>
    private Dictionary<Guid, List<long>> Sequences() => _bus.Published
        .GroupBy(item => item.Event.Job)
        .ToDictionary(
            group => group.Key,
            group => group
                .Select(item => JsonDocument.Parse(item.Event.CloudEvent.ToString()).RootElement
                    .GetProperty("data")
                    .GetProperty("sequence")
                    .GetInt64())
                .Distinct()
                .ToList());

    // Its clock runs so fast that any publish would be late by it: no topic is left behind here.
    private static ReplicaSettings SmallCommits(ReplicaSettings settings) => settings with
    {
        OperationsMax = 60,
        Bounds = settings.Bounds with { TopicPatience = TimeSpan.FromDays(1) },
    };

    private static Fault Draw(Random random, double chance)
    {
        lock (random)
        {
            return random.NextDouble() >= chance ? Fault.None : (Fault)(1 + random.Next(4));
        }
    }

    private async Task SubmitAsync(int client)
    {
        for (int i = client; i < Jobs; i += 10)
        {
            string key = $"key-{i}";
            while (!_accepted.ContainsKey(key))
            {
                try
                {
                    TestReplica replica = _replica ?? throw new StoreUnavailableException("not yet");
                    NewJob job = replica.NewJob(key: key, input: $"{{\"key\":{i}}}");

                    // A key is its owner's: whoever asks again is the one who asked before.
                    job = job with { Spec = job.Spec with { Owner = $"owner-{i % 3}" } };
                    Outcome outcome = await replica.ProposeAsync("default", new Command.Enqueue(job));
                    JobId id = outcome switch
                    {
                        Outcome.Accepted accepted => accepted.Job.Id,
                        Outcome.Replayed replayed => replayed.Job.Id,
                        _ => throw new InvalidOperationException($"Unexpected: {outcome}"),
                    };
                    _accepted[key] = id;
                }
                catch (Exception exception) when (IsPassing(exception))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(200), _clock);
                }
            }
        }
    }

    /// <summary>Queues of its own: what was answered last is what a queue is.</summary>
    private async Task PauseAndResumeAsync(int seed)
    {
        var random = new Random(seed);
        while (!_calm)
        {
            string queue = $"side-{random.Next(12):D2}";
            bool pause = random.Next(2) == 0;
            for (bool done = false; !done;)
            {
                try
                {
                    TestReplica replica = _replica ?? throw new StoreUnavailableException("not yet");
                    await (pause ? replica.PauseAsync(queue) : replica.ResumeAsync(queue));
                    done = true;
                }
                catch (Exception exception) when (IsPassing(exception))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(200), _clock);
                }
            }

            if (pause)
            {
                _paused.Add(queue);
            }
            else
            {
                _paused.Remove(queue);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), _clock);
        }
    }

    private async Task WorkAsync()
    {
        while (_completed.Count < Jobs)
        {
            try
            {
                TestReplica replica = _replica ?? throw new StoreUnavailableException("not yet");
                if (_calm && _accepted.Count == Jobs && await AllFinishedAsync(replica))
                {
                    return;
                }

                foreach (Job job in await replica.LeaseAsync(max: 5, wait: TimeSpan.FromSeconds(1)))
                {
                    if (await replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token)) is Outcome.Changed or Outcome.Unchanged)
                    {
                        Assert.True(_completed.TryAdd(job.Id, true) || !_calm, "A job completes for one worker only.");
                    }
                }
            }
            catch (Exception exception) when (IsPassing(exception))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), _clock);
            }
        }
    }

    private async Task<bool> AllFinishedAsync(TestReplica replica)
    {
        foreach (JobId id in _accepted.Values)
        {
            if (await replica.Shards.FindAsync(id, CancellationToken.None) is not JobLookup.Found { Job.IsFinished: true })
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPassing(Exception exception) =>
        exception is StoreUnavailableException or OutcomeUnknownException or TooBusyException or OperationCanceledException;

    /// <summary>Lets time pass a hundred times faster than it does, so that leases and pauses of many seconds take milliseconds.</summary>
    private async Task MoveClockAsync(Func<bool> until, string what)
    {
        long started = Environment.TickCount64;
        while (!until())
        {
            if (Environment.TickCount64 - started > 60_000)
            {
                Assert.Fail($"Not within 60 s: {what}. Accepted {_accepted.Count}, completed {_completed.Count}. {Describe()}");
            }

            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }
    }

    private string Describe() => string.Join(", ", _accepted.Values
        .Select(id => _replica!.Shards.FindAsync(id, CancellationToken.None).AsTask().GetAwaiter().GetResult())
        .Select(lookup => lookup is JobLookup.Found { Job: var job }
            ? $"{job.Status} {job.Attempt} lease {job.Lease?.ExpiresAt} run {job.RunAt}"
            : lookup.ToString())
        .GroupBy(text => text)
        .Select(group => $"{group.Count()} x {group.Key}")) + $" now {_clock.GetUtcNow()}";
}
