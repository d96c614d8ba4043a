using System.Collections;
using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>M8, F8: leases that wait for a job cost the others nothing until there is one for them.</summary>
public sealed class ParkedLeasesTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private TestReplica _replica = null!;

    public async Task InitializeAsync() =>
        _replica = await TestReplica.StartAsync(new ModelStore(), new RecordingBus(), _clock);

    public async Task DisposeAsync() => await _replica.DisposeAsync();

    [Fact]
    public async Task Commit_LeasesWaitForOtherQueues_LooksAtNoneOfThem()
    {
        var types = new CountingSet(["wanted"]);
        await _replica.EnqueueAsync("busy");
        Task<IReadOnlyList<Job>>[] waiting = [.. Enumerable.Range(0, 50).Select(i => WaitAsync(["busy", $"quiet-{i}"], types))];
        await Eventually.TrueAsync(() => types.Asked >= 50, "all have looked once");
        await _replica.EnqueueAsync("elsewhere");
        int before = types.Asked;

        await _replica.EnqueueAsync("elsewhere");
        await _replica.EnqueueAsync("elsewhere");

        Assert.Equal(before, types.Asked);
        await EndAsync(waiting);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Commit_JobForLeasesThatWait_ServesTheFirstThatCame(int jobs)
    {
        Task<IReadOnlyList<Job>>[] waiting = [.. Enumerable.Range(0, 4).Select(_ => WaitAsync(["q"]))];
        await _replica.EnqueueAsync("other");

        for (int i = 0; i < jobs; i++)
        {
            await _replica.EnqueueAsync("q");
        }

        await Task.WhenAll(waiting[..jobs]);
        Assert.All(waiting[jobs..], lease => Assert.False(lease.IsCompleted));
        await EndAsync(waiting[jobs..]);
    }

    [Fact]
    public async Task Resume_LeaseWaitsForThePausedQueue_IsServed()
    {
        await _replica.PauseAsync("q");
        await _replica.EnqueueAsync("q");
        Task<IReadOnlyList<Job>> waiting = WaitAsync(["q"]);
        await _replica.EnqueueAsync("other");
        Assert.False(waiting.IsCompleted);

        await _replica.ResumeAsync("q");

        Assert.Single(await waiting);
    }

    [Fact]
    public async Task Complete_LeaseWaitsForItsWorkerToHoldLess_IsServed()
    {
        await _replica.EnqueueAsync("q");
        await _replica.EnqueueAsync("q");
        Job held = Assert.Single(await LeaseAsync(["q"], null, TimeSpan.Zero));
        Task<IReadOnlyList<Job>> waiting = LeaseAsync(["q"], null, TimeSpan.FromSeconds(30));
        await _replica.EnqueueAsync("other");
        Assert.False(waiting.IsCompleted);

        await _replica.ProposeAsync(new Command.Complete(held.Id, held.Lease!.Token));

        Assert.Single(await waiting);
    }

    /// <summary>What a lease comes upon may be over, all of it: it goes on behind that.</summary>
    [Fact]
    public async Task Lease_MoreJobsAreOverThanABatchTakes_GetsTheOneBehindThem()
    {
        for (int i = 0; i < 2_000; i += 500)
        {
            Assert.IsType<Outcome.AcceptedMany>(
                await _replica.ProposeAsync("q", new Command.EnqueueMany([.. Enumerable.Range(0, 500).Select(_ => Over())])));
        }

        await _replica.EnqueueAsync("q");
        _clock.Advance(TimeSpan.FromSeconds(6));
        Task<IReadOnlyList<Job>> waiting = WaitAsync(["q"]);
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(10));
                return waiting.IsCompleted;
            },
            "it is served");

        Assert.Null(Assert.Single(await waiting).DeadlineAt);

        NewJob Over()
        {
            NewJob job = _replica.NewJob("q");
            return job with { Spec = job.Spec with { TimeLimitSeconds = 5 } };
        }
    }

    private Task<IReadOnlyList<Job>> WaitAsync(string[] queues, IReadOnlySet<string>? types = null) =>
        LeaseAsync(queues, types, TimeSpan.FromSeconds(30), heldMax: null);

    private Task<IReadOnlyList<Job>> LeaseAsync(
        string[] queues, IReadOnlySet<string>? types, TimeSpan wait, int? heldMax = 1) =>
        _replica.Shards.LeaseAsync(
            new Command.Lease(queues, "worker", 1, types, Guid.NewGuid().ToString("N"), HeldMax: heldMax), wait, CancellationToken.None);

    private async Task EndAsync(Task<IReadOnlyList<Job>>[] waiting)
    {
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return waiting.All(lease => lease.IsCompleted);
            },
            "their time has passed");
        Assert.All(waiting, lease => Assert.Empty(lease.Result));
    }

    /// <summary>Counts how often it is looked at.</summary>
    private sealed class CountingSet(HashSet<string> names) : IReadOnlySet<string>
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public int Count
        {
            get
            {
                Interlocked.Increment(ref _asked);
                return names.Count;
            }
        }

        public bool Contains(string item) => names.Contains(item);

        public IEnumerator<string> GetEnumerator() => names.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public bool IsProperSubsetOf(IEnumerable<string> other) => names.IsProperSubsetOf(other);

        public bool IsProperSupersetOf(IEnumerable<string> other) => names.IsProperSupersetOf(other);

        public bool IsSubsetOf(IEnumerable<string> other) => names.IsSubsetOf(other);

        public bool IsSupersetOf(IEnumerable<string> other) => names.IsSupersetOf(other);

        public bool Overlaps(IEnumerable<string> other) => names.Overlaps(other);

        public bool SetEquals(IEnumerable<string> other) => names.SetEquals(other);
    }
}
