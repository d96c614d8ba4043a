using System.Runtime.CompilerServices;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>H7: a waiting job's long input is in the store alone, and everybody who wants it gets it byte for byte.</summary>
public sealed class InputsTests
{
    private const int Bound = 100;

    // Not as any writer would write it, and of two kinds of what is escaped.
    private static readonly string Long =
        $"{{ \"a\" : 1.000000000000000000000000000001,\"text\":\"{new string('x', 2_000)}\\n\\u00e9 😀\" }}";

    public enum End
    {
        Cancelled,
        TimeLimit,
        Moved,
    }

    private static ReplicaSettings Leaving(ReplicaSettings settings) =>
        settings with { Jobs = settings.Jobs with { InputInMemoryBytesMax = Bound } };

    private static Task<TestReplica> StartAsync(Lane lane, IStateStore store, string name = "a") => lane.StartAsync(store, name, Leaving);

    private static string InputOf(int number) => $"[{number}, \"{new string((char)('a' + number), 200 + number)}\"]";

    private static string? InputIn(ModelStore store, JobId job) =>
        JobDocument.Read(System.Text.Encoding.UTF8.GetBytes(store.JsonOf(job.ToString())!)) is JobLookup.Found found
            ? found.Job.Input?.ToString()
            : null;

    /// <summary>Of long inputs each is left, of short ones all but the first few.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Lease_JobsWhoseInputsWereLeft_HaveThemByteForByte(bool rollsBack, bool areShort) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await lane.StartAsync(
            store, "a", areShort ? settings => settings with { Jobs = settings.Jobs with { WaitingInputBytesMax = 500 } } : Leaving);
        Job[] jobs = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(number => replica.EnqueueAsync(input: InputOf(number))))];

        IReadOnlyList<Job> leased = [await LeaseOneAsync(replica), .. await replica.LeaseAsync(max: 100)];

        Assert.Equal(jobs.Select(job => job.Id), leased.Select(job => job.Id));
        Assert.Equal(Enumerable.Range(0, 20).Select(InputOf), leased.Select(job => job.Input!.ToString()));
        Assert.All(leased, job => Assert.Equal(job.Input!.ToString(), InputIn(store, job.Id)));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_AfterATakeover_HasTheInputByteForByte(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using (TestReplica first = await StartAsync(lane, store))
        {
            await first.EnqueueAsync(input: Long);
        }

        await using TestReplica next = await StartAsync(lane, store, "b");
        Assert.Equal(Long, (await LeaseOneAsync(next)).Input!.ToString());
    });

    /// <summary>Between two attempts the input is left again, and reports have it meanwhile.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_AfterReportsReleaseAndALostLease_HasTheInputAgain(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(lane, store);
        JobId id = (await replica.EnqueueAsync(input: Long)).Id;

        Job leased = await LeaseOneAsync(replica);
        await replica.ProposeAsync(new Command.Heartbeat(id, leased.Lease!.Token, State: JsonText.Of("1")));
        Assert.Equal(Long, InputIn(store, id));
        await replica.ProposeAsync(new Command.Release(id, leased.Lease.Token));
        Assert.Equal(Long, InputIn(store, id));
        leased = await LeaseOneAsync(replica);
        Assert.Equal((Long, "1"), (leased.Input!.ToString(), leased.State!.ToString()));
        await lane.PassAsync(40);
        leased = Assert.Single(await replica.LeaseAsync(wait: TimeSpan.FromSeconds(10)));
        Assert.Equal(Long, leased.Input!.ToString());
        await replica.ProposeAsync(new Command.Complete(id, leased.Lease!.Token));

        Assert.Equal((JobStatus.Completed, Long), ((await replica.FindAsync(id)).Status, (await replica.FindAsync(id)).Input!.ToString()));
        Assert.Equal(Long, InputIn(store, id));
    });

    [Theory]
    [InlineData(true, End.Cancelled)]
    [InlineData(false, End.Cancelled)]
    [InlineData(true, End.TimeLimit)]
    [InlineData(false, End.TimeLimit)]
    [InlineData(true, End.Moved)]
    [InlineData(false, End.Moved)]
    public void Change_OfAJobThatWaits_KeepsTheInputInTheStore(bool rollsBack, End end) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(lane, store);
        NewJob submitted = replica.NewJob(input: Long) with { TimeLimitSeconds = 60, RunAt = lane.Clock.GetUtcNow().AddHours(1) };
        submitted = end == End.TimeLimit ? submitted with { RunAt = null } : submitted;
        await replica.PauseAsync("default");
        await replica.ProposeAsync("default", new Command.Enqueue(submitted));
        long before = (await replica.FindAsync(submitted.Id)).Sequence;

        Outcome? outcome = end switch
        {
            End.Cancelled => await replica.ProposeAsync(new Command.Cancel(submitted.Id)),
            End.Moved => await replica.ProposeAsync(new Command.Reprioritise(submitted.Id, 7, null)),
            _ => null,
        };
        await lane.PassAsync(70);

        Job after = await replica.FindAsync(submitted.Id);
        Assert.True(after.Sequence > before);
        Assert.Equal((Long, Long), (after.Input!.ToString(), InputIn(store, submitted.Id)));
        Assert.True(outcome is null || Assert.IsType<Outcome.Changed>(outcome).Job.Input!.ToString() == Long);
    });

    /// <summary>The new job's input is in the old one's document, which the same commit writes as well.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Retry_InTheBatchThatEndsTheJob_HasTheInput(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(lane, store);
        JobId old = (await replica.EnqueueAsync(input: Long)).Id;
        JobId again = replica.Shards.NewId("default");

        Task<Outcome> cancel = replica.ProposeAsync(new Command.Cancel(old));
        Outcome retry = await replica.ProposeAsync(new Command.Retry(old, again));
        await cancel;

        Assert.Equal(Long, Assert.IsType<Outcome.Accepted>(retry).Job.Input!.ToString());
        Assert.Equal(again, (await LeaseOneAsync(replica)).Id);
        Assert.Equal((Long, Long), (InputIn(store, old), InputIn(store, again)));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Replace_OfAJobThatWaits_HasTheNewInput(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(lane, store);
        NewJob first = replica.NewJob(input: Long) with { ExternalId = "1", Owner = null };
        NewJob next = replica.NewJob(input: InputOf(3)) with { ExternalId = "1", Owner = null, OnDuplicate = OnDuplicate.Replace };
        await replica.ProposeAsync("default", new Command.Enqueue(first));

        Task<Outcome> move = replica.ProposeAsync(new Command.Reprioritise(first.Id, 3, null));
        await replica.ProposeAsync("default", new Command.Enqueue(next));
        await move;
        await lane.PassAsync(1);

        Assert.Equal((InputOf(3), InputOf(3)), ((await replica.FindAsync(first.Id)).Input!.ToString(), InputIn(store, first.Id)));
        Job leased = await LeaseOneAsync(replica);
        Assert.Equal((first.Id, InputOf(3)), (leased.Id, leased.Input!.ToString()));
    });

    /// <summary>
    /// The commit that hands a job out is the one that has another take its place (seed 1004237): its worker is not given what is over
    /// already, nor are the others of the lease lost for it.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_OneIsReplacedInTheSameBatch_BringsTheOthers(bool withLongInput) => Lane.Run(async lane =>
    {
        var hold = new TaskCompletionSource();
        hold.SetResult();
        var store = new GateStore(new ModelStore()) { Before = (call, _) => call == StoreCall.Transact ? hold.Task : Task.CompletedTask };
        await using TestReplica replica = await StartAsync(lane, store);
        string input = withLongInput ? Long : "1";
        NewJob first = replica.NewJob(input: input) with { ExternalId = "1", Owner = null };
        NewJob next = replica.NewJob(input: InputOf(3)) with { ExternalId = "1", Owner = null, OnDuplicate = OnDuplicate.Supersede };
        await replica.ProposeAsync("default", new Command.Enqueue(first));
        Job other = await replica.EnqueueAsync(input: input);
        await lane.PassAsync(1);

        hold = new TaskCompletionSource();
        Task<Outcome> before = replica.ProposeAsync("default", new Command.PauseQueue("another"));
        await lane.PassAsync(1);
        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync(max: 2);
        Task<Outcome> replace = replica.ProposeAsync("default", new Command.Enqueue(next));
        await lane.PassAsync(1);
        hold.SetResult();
        await before;
        await replace;

        Job leased = Assert.Single(await lease);
        Assert.Equal((other.Id, input), (leased.Id, leased.Input!.ToString()));
        Job again = await LeaseOneAsync(replica);
        Assert.Equal((first.Id, InputOf(3)), (again.Id, again.Input!.ToString()));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reads_OfAJobThatWaits_HaveTheInput(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(lane, store);
        Job job = await replica.EnqueueAsync(key: "k", input: Long);

        JobLookup waited = await replica.Shards.WaitAsync(
            job.Id, JobCondition.Finished, TimeSpan.FromSeconds(1), CancellationToken.None);
        JobPage listed = await replica.Shards.ListAsync(
            new JobFilter(JobStatus.New), null, 10, CancellationToken.None);
        NewJob again = replica.NewJob(key: "k", input: Long) with { Owner = job.Owner };
        Outcome replayed = await replica.ProposeAsync("default", new Command.Enqueue(again));

        Assert.Equal(Long, (await replica.FindAsync(job.Id)).Input!.ToString());
        Assert.Equal(Long, Assert.IsType<JobLookup.Found>(waited).Job.Input!.ToString());
        Assert.Equal(Long, Assert.Single(listed.Jobs).Input!.ToString());
        Job shown = await replica.Shards.WithInputAsync(Assert.IsType<Outcome.Replayed>(replayed).Job, CancellationToken.None);
        Assert.Equal((job.Id, Long), (shown.Id, shown.Input!.ToString()));
    });

    /// <summary>Whoever waits for a job that is cancelled while it waits is told with its input.</summary>
    [Fact]
    public void Wait_UntilAWaitingJobIsCancelled_HasTheInput() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, new ModelStore());
        Job job = await replica.EnqueueAsync(input: Long);

        Task<JobLookup> waiting = replica.Shards.WaitAsync(
            job.Id, JobCondition.Finished, TimeSpan.FromMinutes(1), CancellationToken.None);
        await lane.PassAsync(1);
        await replica.ProposeAsync(new Command.Cancel(job.Id));

        Job ended = Assert.IsType<JobLookup.Found>(await waiting).Job;
        Assert.Equal((JobStatus.Cancelled, Long), (ended.Status, ended.Input!.ToString()));
    });

    /// <summary>A list that wants none of them reads none of them.</summary>
    [Fact]
    public void List_OfOtherJobs_ReadsNoInput() => Lane.Run(async lane =>
    {
        var read = new List<string>();
        var store = new GateStore(new ModelStore())
        {
            Before = (call, keys) =>
            {
                read.AddRange(call is StoreCall.Get or StoreCall.GetMany ? keys : []);
                return Task.CompletedTask;
            },
        };
        await using TestReplica replica = await StartAsync(lane, store);
        Job job = await replica.EnqueueAsync(input: Long);

        JobPage listed = await replica.Shards.ListAsync(new JobFilter(JobStatus.Failed), null, 10, CancellationToken.None);

        Assert.Empty(listed.Jobs);
        Assert.DoesNotContain(job.Id.ToString(), read);
    });

    /// <summary>What a commit writes and what it reads back for it is bounded alike: a lease takes as many jobs as fit.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_OfMoreThanFits_ReadsNoMoreThanItHandsOut(bool rollsBack) => Lane.Run(async lane =>
    {
        var model = new ModelStore(rollsBack);
        var read = new HashSet<string>();
        var reads = new List<int>();
        var store = new GateStore(model)
        {
            Before = (call, keys) =>
            {
                if (call is StoreCall.Get or StoreCall.GetMany && JobId.TryParse(keys[0], out _))
                {
                    read.UnionWith(keys);
                    reads.Add(keys.Count);
                }

                return Task.CompletedTask;
            },
        };
        await using TestReplica replica = await StartAsync(lane, store);
        string large = $"\"{new string('x', 100_000)}\"";
        for (int i = 0; i < 30; i++)
        {
            await replica.EnqueueAsync(input: large);
        }

        read.Clear();
        reads.Clear();
        IReadOnlyList<Job> leased = await replica.LeaseAsync(max: 100);

        Assert.InRange(leased.Count, 5, 10);
        Assert.Equal(leased.Select(job => job.Id.ToString()).Order(), read.Order());
        Assert.All(leased, job => Assert.Equal(large, job.Input!.ToString()));
    });

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Memory_ManyJobsWithLongInputs_HoldsNoneOfThem(bool rollsBack, bool takenOver) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        var inputs = new List<WeakReference>();
        TestReplica replica = await StartAsync(lane, store);
        for (int i = 0; i < 50; i++)
        {
            await EnqueueAsync(replica, inputs);
        }

        // The last batch may be in hand yet, and the clock keeps a command's timer until it is due.
        await replica.EnqueueAsync();
        await lane.PassAsync(60);

        if (takenOver)
        {
            await replica.DisposeAsync();
            replica = await StartAsync(lane, store, "b");
        }

        await using (replica)
        {
            GC.Collect();
            Assert.InRange(inputs.Count(input => input.IsAlive), 0, 2);
            foreach (Job job in await replica.LeaseAsync(max: 1_000))
            {
                Assert.InRange(job.Input!.Length, 2, 20_000);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static async Task EnqueueAsync(TestReplica replica, List<WeakReference> inputs)
        {
            byte[] input = System.Text.Encoding.UTF8.GetBytes($"\"{new string('x', 10_000)}\"");
            inputs.Add(new WeakReference(input));
            NewJob job = replica.NewJob();
            await replica.ProposeAsync("default", new Command.Enqueue(job with { Input = JsonText.Of(input) }));
        }
    });

    /// <summary>Where running jobs' inputs are more than memory may hold, reports read what they write.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reports_InputsOfRunningJobsAreLeftToo_KeepThem(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await lane.StartAsync(
            store, "a", settings => settings with { Jobs = settings.Jobs with { InputInMemoryBytesMax = Bound, BytesMax = 20_000 } });
        Job[] jobs = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => replica.EnqueueAsync(input: Long)))];
        IReadOnlyList<Job> leased = await replica.LeaseAsync(max: 8);
        Assert.Equal(Enumerable.Repeat(Long, 8), leased.Select(job => job.Input!.ToString()));

        await replica.PauseAsync("other");
        foreach (Job job in leased)
        {
            Command.Heartbeat beat = new(job.Id, job.Lease!.Token, State: JsonText.Of("1"));
            Assert.IsType<Outcome.Extended>(await replica.ProposeAsync(beat));
        }

        await lane.PassAsync(1);
        Assert.All(jobs, job => Assert.Equal(Long, InputIn(store, job.Id)));
        foreach (Job job in leased)
        {
            Assert.Equal(Long, (await replica.FindAsync(job.Id)).Input!.ToString());
            Outcome outcome = await replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token));
            Assert.Equal(Long, Assert.IsType<Outcome.Changed>(outcome).Job.Input!.ToString());
        }
    });

    /// <summary>As of a lease with recalled jobs: a slow read takes nothing of it.</summary>
    [Fact]
    public void Lease_StoreReadsItsInputSlowly_HasItsWholeTime() => Lane.Run(async lane =>
    {
        bool slow = false;
        var store = new GateStore(new ModelStore())
        {
            After = (call, keys) =>
                slow && call == StoreCall.Get && keys[0] != Keys.Head(0) ? lane.PassAsync(8) : Task.CompletedTask,
        };
        await using TestReplica replica = await StartAsync(lane, store);
        await replica.EnqueueAsync(input: Long);
        slow = true;

        Job leased = await LeaseOneAsync(replica);

        Assert.InRange(leased.Lease!.ExpiresAt - lane.Clock.GetUtcNow(), TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));
        Assert.Equal(leased.Lease.ExpiresAt, (await replica.FindAsync(leased.Id)).Lease!.ExpiresAt);
    });

    /// <summary>Who wants the input hears that the store is away; a report in the same batch counts, and no lease is lost.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_StoreDoesNotHandOutTheInput_IsRefusedAloneAndTheOthersGoOn(bool rollsBack) => Lane.Run(async lane =>
    {
        JobId? kept = null;
        GateStore store = NotHandingOut(rollsBack, () => kept);
        await using TestReplica replica = await StartAsync(lane, store);
        Job[] held = [.. await replica.LeaseOthersAsync(3)];
        Job job = await replica.EnqueueAsync(input: Long);
        await replica.PauseAsync("other");
        kept = job.Id;

        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync();
        Task<Outcome>[] beats = [.. held.Select(one => replica.ProposeAsync(new Command.Heartbeat(one.Id, one.Lease!.Token)))];
        Task<Outcome> cancel = replica.ProposeAsync(new Command.Cancel(job.Id));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => lease);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => cancel);
        Assert.All(await Task.WhenAll(beats), beat => Assert.IsType<Outcome.Extended>(beat));
        kept = null;
        Job again = await LeaseOneAsync(replica);
        Assert.Equal((job.Id, 1, Long), (again.Id, again.Attempt, again.Input!.ToString()));
        Assert.True(replica.IsReady);
        Assert.Empty(replica.Health.Warnings);
    });

    /// <summary>
    /// Several were read together, and all of them counted as not handed out with the one that was: after some tries none of them was
    /// leased any more.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_StoreNeverHandsOutOneInputOfSeveral_TheOthersAreHandedOut(bool rollsBack) => Lane.Run(async lane =>
    {
        JobId? kept = null;
        GateStore store = NotHandingOut(rollsBack, () => kept);
        await using TestReplica replica = await StartAsync(lane, store);
        var jobs = new List<Job>();
        for (int i = 0; i < 5; i++)
        {
            jobs.Add(await replica.EnqueueAsync(input: InputOf(i)));
        }

        await replica.PauseAsync("other");
        kept = jobs[2].Id;

        var leased = new List<Job>();
        for (int tries = 0; leased.Count < 4 && tries < 30; tries++)
        {
            try
            {
                leased.AddRange(await replica.LeaseAsync(max: 5));
            }
            catch (StoreUnavailableException)
            {
                await lane.PassAsync(0.5);
            }
        }

        Assert.Equal(
            jobs.Where(job => job.Id != kept).Select(job => job.Id.Value).Order(), leased.Select(job => job.Id.Value).Order());
        Assert.Contains("1 are set aside", Assert.Single(replica.Health.Warnings), StringComparison.Ordinal);
    });

    /// <summary>A document that is never handed out, by a store that answers otherwise, would be first in its queue for ever.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_StoreNeverHandsOutTheInput_NextJobIsHandedOutInTheEnd(bool rollsBack) => Lane.Run(async lane =>
    {
        JobId? kept = null;
        GateStore store = NotHandingOut(rollsBack, () => kept);
        await using TestReplica replica = await StartAsync(lane, store);
        Job job = await replica.EnqueueAsync(input: Long);
        Job next = await replica.EnqueueAsync(input: InputOf(1));
        await replica.PauseAsync("other");
        kept = job.Id;

        IReadOnlyList<Job> leased = [];
        for (int tries = 0; leased.Count == 0; tries++)
        {
            Assert.InRange(tries, 0, ShardBounds.Usual.RefusedAloneTries);
            try
            {
                leased = await replica.LeaseAsync();
            }
            catch (StoreUnavailableException)
            {
                await replica.EnqueueAsync("beside");
            }
        }

        Assert.Equal(next.Id, Assert.Single(leased).Id);
        Assert.Contains("1 are set aside", Assert.Single(replica.Health.Warnings), StringComparison.Ordinal);
    });

    /// <summary>The store is away altogether: nothing is lost, no job is set aside, and it goes on by itself.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_StoreIsAway_GoesOnOnceItIsBack(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(lane, store);
        Job[] held = [.. await replica.LeaseOthersAsync(3)];
        Job job = await replica.EnqueueAsync(input: Long);
        store.Fault = _ => Fault.Unreachable;

        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => lease);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.LeaseAsync());
        await lane.PassAsync(100);
        store.Fault = _ => Fault.None;
        await lane.UntilAsync(() => replica.IsReady, "the store is back");

        foreach (Job one in held)
        {
            Assert.IsType<Outcome.Extended>(await replica.ProposeAsync(new Command.Heartbeat(one.Id, one.Lease!.Token)));
        }

        Job leased = await LeaseOneAsync(replica);
        Assert.Equal((job.Id, Long), (leased.Id, leased.Input!.ToString()));
        Assert.Empty(replica.Health.Warnings);
    });

    public static TheoryData<bool, string?> Spoilt => new()
    {
        { true, "no JSON" }, { false, "no JSON" }, { true, "{}" }, { false, "{}" }, { true, null }, { false, null },
    };

    /// <summary>No lease without its input: the job is set aside and named, the next one is handed out, and a repair is found.</summary>
    [Theory]
    [MemberData(nameof(Spoilt))]
    public void Lease_DocumentIsSpoilt_JobIsSetAsideAndTheOthersGoOn(bool rollsBack, string? text) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        var log = new LogLines<Replica>();
        await using TestReplica replica = lane.Begin(store, "a", Leaving, log);
        await lane.UntilAsync(() => replica.IsReady, "the shard is held");
        Job[] held = [.. await replica.LeaseOthersAsync(2)];
        Job job = await replica.EnqueueAsync(input: Long);
        Job next = await replica.EnqueueAsync(input: InputOf(1));
        await replica.PauseAsync("other");
        string key = job.Id.ToString();
        string whole = store.JsonOf(key)!;
        string spoilt = text ?? whole.Replace("xxx", "xx", StringComparison.Ordinal);
        store.Spoil(key, spoilt);

        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync(max: 10);
        Task<Outcome> beat = replica.ProposeAsync(new Command.Heartbeat(held[0].Id, held[0].Lease!.Token));
        Task<Outcome> cancel = replica.ProposeAsync(new Command.Cancel(job.Id));

        Job leased = Assert.Single(await lease);
        Assert.Equal((next.Id, InputOf(1)), (leased.Id, leased.Input!.ToString()));
        Assert.IsType<Outcome.Extended>(await beat);
        Assert.Equal(new Refusal.UnknownJob(job.Id), Assert.IsType<Outcome.Refused>(await cancel).Why);
        Assert.IsType<JobLookup.Unreadable>(await replica.Shards.FindAsync(job.Id, CancellationToken.None));
        Assert.Equal(spoilt, store.JsonOf(key));
        Assert.Contains("1 are set aside", Assert.Single(replica.Health.Warnings), StringComparison.Ordinal);
        Assert.Contains(key, Assert.Single(log.Lines, line => line.Level == LogLevel.Error).Text, StringComparison.Ordinal);

        await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token));
        store.Spoil(key, whole);
        Job again = Assert.Single(await replica.LeaseAsync(wait: TimeSpan.FromMinutes(2)));
        Assert.Equal((job.Id, Long), (again.Id, again.Input!.ToString()));
        Assert.Empty(replica.Health.Warnings);
    });

    /// <summary>Whoever submits the job anew needs nothing of what is spoilt.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Replace_OfAJobThatWasSetAside_GoesOnWithTheNewInput(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(lane, store);
        NewJob first = replica.NewJob(input: Long) with { ExternalId = "1", Owner = null };
        NewJob next = replica.NewJob(input: InputOf(3)) with { ExternalId = "1", Owner = null, OnDuplicate = OnDuplicate.Replace };
        await replica.ProposeAsync("default", new Command.Enqueue(first));
        await replica.PauseAsync("other");
        store.Spoil(first.Id.ToString(), "no JSON");
        Assert.Empty(await replica.LeaseAsync());
        Assert.Single(replica.Health.Warnings);

        Assert.IsType<Outcome.Replaced>(await replica.ProposeAsync("default", new Command.Enqueue(next)));

        await lane.PassAsync(1);
        Assert.Empty(replica.Health.Warnings);
        Assert.Equal(InputOf(3), (await replica.FindAsync(first.Id)).Input!.ToString());
        Assert.Equal(InputOf(3), (await LeaseOneAsync(replica)).Input!.ToString());
    });

    /// <summary>A time limit that passes over a job whose document is spoilt keeps nobody waiting.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TimeLimit_DocumentIsGone_TheOthersGoOn(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(lane, store);
        NewJob submitted = replica.NewJob("limited", input: Long) with { TimeLimitSeconds = 5 };
        await replica.ProposeAsync("limited", new Command.Enqueue(submitted));
        await replica.PauseAsync("other");
        store.Spoil(submitted.Id.ToString(), "no JSON");

        for (int i = 0; i < 20; i++)
        {
            await lane.PassAsync(1);
            await replica.EnqueueAsync(input: InputOf(2));
            Assert.Equal(InputOf(2), (await LeaseOneAsync(replica)).Input!.ToString());
        }

        Assert.Equal("no JSON", store.JsonOf(submitted.Id.ToString()));
    });

    /// <summary>A store that answers, and never with the document of this job.</summary>
    private static GateStore NotHandingOut(bool rollsBack, Func<JobId?> kept) => new(new ModelStore(rollsBack))
    {
        Before = (call, keys) =>
            call is StoreCall.Get or StoreCall.GetMany && keys.Contains(kept()?.ToString() ?? "")
                ? throw new UnclearException("INTERNAL: i/o timeout") { IsAnswer = true }
                : Task.CompletedTask,
    };

    private static async Task<Job> LeaseOneAsync(TestReplica replica) => Assert.Single(await replica.LeaseAsync());
}
