using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Models;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>Tells the oracles what happens, and the world what they see.</summary>
internal sealed class Judges
{
    private readonly World _world;
    private readonly Judge _judge;
    private readonly IReadOnlySet<string> _ignored;
    private int _asked;

    public Judges(World world, Swarm swarm)
    {
        _world = world;
        _ignored = swarm.Ignored;
        _judge = new Judge(new JudgeRules
        {
            Heeded = swarm.Heeded,
            ShardLease = swarm.Settings.Lease,
            Retention = swarm.Settings.Jobs.Retention,
            EventRetention = swarm.Settings.EventRetention,
            EventBytesMax = swarm.Settings.EventBytesMax,
            CoalescesProgress = swarm.Settings.EventCoalesce > TimeSpan.Zero,
        });
    }

    /// <summary>Hears of each answer.</summary>
    public Action<Answer>? Answered { get; set; }

    public History History => _judge.History;

    /// <summary>A lane has taken a step.</summary>
    public void Step(Lane lane)
    {
        _judge.Spin.Step(lane.Name, _asked > 0, _world.Trace.Count, _world.Now);
        Look();
    }

    /// <summary>The store was asked, and it was well or not.</summary>
    public void Heard(Lane lane, StoreCall call, bool isWell)
    {
        if (!isWell && DocumentKey.Parse(call.Partition) is { Kind: DocumentKind.Head, Shard: var shard })
        {
            History.StoreFailed(lane.Name, shard);
            _judge.Spin.Failed(lane.Name, shard, _world.Trace.Count, _world.Now);
        }
    }

    /// <summary>Somebody asks.</summary>
    public Request Ask(Call call)
    {
        _asked++;
        return History.Ask(call, _world.Trace.Count, _world.Now);
    }

    /// <summary>Somebody is told.</summary>
    public void Answer(Lane lane, Request request, Answer answer)
    {
        _asked--;
        Answered?.Invoke(answer);
        _world.Note(lane, new Heard(request, answer));
        History.Answer(request, answer, _world.Trace.Count, _world.Now);
    }

    /// <summary>An asker has died, and whatever it asked is left.</summary>
    public void Leave(Lane lane)
    {
        foreach (Request open in History.Requests.Where(request => request.Answer is null && request.Call.Lane == lane.Name).ToList())
        {
            Answer(lane, open, new Answer(AnswerKind.Left));
        }
    }

    /// <summary>A second process begins under a name whose first one runs.</summary>
    public void SecondBegan(Lane lane) => _judge.SecondBegan(lane.Name);

    /// <summary>The store has changed.</summary>
    public void Apply(AppliedWrites writes)
    {
        _world.Note(null, new Written(writes));
        _judge.Apply(writes);
        Look();
    }

    /// <summary>The broker has taken an event.</summary>
    public void Arrive(Lane lane, string topic, OutboxEvent item)
    {
        long sequence = EventName.Of(item.CloudEvent).Sequence;
        History.Published(new Delivery(lane.Name, topic, item.Job, sequence, _world.Trace.Count, _world.Now));
        Look();
    }

    /// <summary>A replica says that it gives an event up.</summary>
    /// <param name="name">The event, as subscribers know it.</param>
    /// <param name="isRefused">The broker refuses its topic.</param>
    public void SetAside(string name, bool isRefused)
    {
        (Guid job, long sequence) = EventName.Read(name);
        History.SetAside(job, sequence, isRefused, _world.Trace.Count, _world.Now);
        Look();
    }

    /// <summary>A reader of the feed was answered.</summary>
    public void FeedRead(FeedAnswer answer)
    {
        History.FeedRead(answer);
        Look();
    }

    /// <summary>The service's own counts do not add up.</summary>
    public void Miscounted(string sentence)
    {
        _judge.Miscounted(sentence, _world.Trace.Count, _world.Now);
        Look();
    }

    /// <summary>An owner's handler has been called, and has not thrown.</summary>
    public void Handled(string owner, Guid job, long sequence, bool asNew)
    {
        History.Handled(new Handling(owner, job, sequence, asNew, _world.Trace.Count, _world.Now));
        Look();
    }

    /// <summary>A stream's next item leaves a replica.</summary>
    public void Streamed(Request request, JobSeen seen)
    {
        History.Streamed(request, seen, _world.Trace.Count, _world.Now);
        Look();
    }

    /// <summary>Time has passed for those processes that run.</summary>
    public void Passed(TimeSpan time, Func<string, bool> isRunning)
    {
        _judge.Watches.Passed(time, isRunning, _world.Trace.Count, _world.Now);
        Look();
    }

    /// <summary>Time has passed for those processes of the SDK's workers that run.</summary>
    public void PassedForWorkers(TimeSpan time, Func<string, bool> isRunning)
    {
        _judge.Beats.Passed(time, isRunning, _world.Trace.Count, _world.Now);
        Look();
    }

    /// <summary>A process of the SDK's worker has a job in its hands.</summary>
    public void Holds(Lane lane, Core.Job job, TimeSpan length, TimeSpan carriesOnFor) =>
        History.Holds(new Holding(lane.Name, job.Id.Value, job.Queue, job.Lease!.Token, length, carriesOnFor, _world.Now));

    /// <summary>A worker has stopped an attempt.</summary>
    public void Stopped(Lane lane, Guid job, string token, bool isCancel)
    {
        _world.Note(lane, $"stops the attempt at job {job}{(isCancel ? ", as it is cancelled" : ", as its lease is over")}");
        History.Stopped(new Stop(lane.Name, job, token, _world.Trace.Count, _world.Now) { IsCancel = isCancel });
        Look();
    }

    /// <summary>A worker has nothing to do with a lease any more.</summary>
    public void LetGo(Lane lane, string token) => History.LetGo(lane.Name, token);

    /// <summary>A worker tries no longer to report.</summary>
    public void GivenUp(Lane lane, string token, bool isStopping)
    {
        History.GivenUp(lane.Name, token, isStopping, _world.Trace.Count, _world.Now);
        Look();
    }

    /// <summary>A worker has stopped in order, and all its attempts have ended.</summary>
    public void Drained(Lane lane)
    {
        History.Drained(lane.Name, _world.Trace.Count, _world.Now);
        Look();
    }

    /// <summary>It is calm, and somebody serves these shards.</summary>
    public void Served(IReadOnlySet<int> served)
    {
        _judge.Serving.InCalm(served, _world.Trace.Count, _world.Now);
        Look();
    }

    /// <summary>A job that has not ended, for the report; null: all have.</summary>
    public string? WhatWaits()
    {
        int waiting = 0;
        string? first = null;
        foreach (JobRecord job in _judge.Ledger.Jobs)
        {
            if (job is { Gone: null, Current: { Status: Standing.New or Standing.InProgress } current })
            {
                waiting++;
                first ??= $"job {job.Id} of {current.Queue} is {current.Status}, attempt {current.Attempt}, from {current.RunAt:HH:mm:ss}";
            }
        }

        return waiting == 0 ? null : $"{first}, and {waiting - 1} more";
    }

    /// <summary>Everything has ended, or never will.</summary>
    /// <param name="served">The shards that somebody serves.</param>
    /// <param name="leapt">The processes whose wall clock has leapt.</param>
    /// <param name="owners">The owners that listen.</param>
    /// <param name="sizes">What the processes have in their memory.</param>
    public void End(
        IReadOnlySet<int> served, IReadOnlySet<string> leapt, IReadOnlySet<string> owners, IReadOnlyList<MemorySize> sizes)
    {
        _judge.AtCalm(new CalmState(_world.Trace.Count, _world.Now)
        {
            Served = served,
            ClocksLeapt = leapt,
            Owners = owners,
            Sizes = sizes,
        });
        Look();
    }

    private void Look()
    {
        if (_judge.First is not null && _judge.Violations.FirstOrDefault(any => !_ignored.Contains(any.Oracle)) is { } violation)
        {
            _world.Fail(violation.Oracle, violation.Sentence);
        }
    }
}
