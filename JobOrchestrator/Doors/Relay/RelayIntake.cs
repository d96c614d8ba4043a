using JobOrchestrator.Core;
using JobOrchestrator.Features.Submissions;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay;

/// <summary>How jobs come in by relay's routes.</summary>
/// <param name="http">The exchange.</param>
/// <param name="api">The service.</param>
internal sealed class RelayIntake(HttpContext http, Api api)
{
    // So that one request does not fill the mailboxes.
    private const int LooksAtOnce = 100;

    private readonly SubmissionTrace _caller = SubmissionTrace.Of(http);

    /// <summary>What all generations' jobs have in common: the queue is the kind of work, and a retry follows at once.</summary>
    /// <exception cref="ProblemException">422: types are closed, and the queue's name is none of them.</exception>
    public JobSpec Spec(RelayMembers members)
    {
        string queue = members.Queue();
        if (api.Options.Types.Count > 0 && !api.Options.Types.Contains(queue))
        {
            throw RelayMembers.Refused("queue", $"expected one of {string.Join(", ", api.Options.Types)}");
        }

        return new JobSpec
        {
            ExternalId = members.Id(),
            Type = queue,
            Queue = queue,
            LeaseSeconds = 0,
            Backoff = Backoff.None,
            Traceparent = _caller.Traceparent,
            Tracestate = _caller.Tracestate,
        };
    }

    /// <summary>A submission of this. There, an id belongs to the queue: no owner's job may have it.</summary>
    public NewJob NewJob(JobSpec spec) => new() { Id = api.Shards.NewId(spec.Queue), Spec = spec, ExternalIdIsOfQueue = true };

    /// <summary>The jobs as its caller's.</summary>
    /// <exception cref="ProblemException">403: the caller may not submit into one of the queues, or with this priority.</exception>
    public List<NewJob> OfCaller(List<NewJob> jobs, DoorOptions options, OnDuplicate mode)
    {
        Caller caller = ApiKeys.CallerOf(http);
        jobs.ForEach(job =>
        {
            caller.RequireSubmit(job.Queue);
            caller.RequirePriority(job.Priority);
        });
        string? owner = caller.OwnerAtDoor(options.RelayOwner);
        return jobs.ConvertAll(job => job with { Owner = owner, OnDuplicate = mode });
    }

    /// <summary>
    /// Puts jobs in. Those of one shard go in together, shard by shard in the order of the jobs; where a conflict is an error, all other
    /// shards are looked at first, so that only a conflict that comes up in that very moment leaves a part in.
    /// </summary>
    /// <returns>The job whose id is taken; null: all are in, or were passed over.</returns>
    /// <exception cref="ProblemException">
    /// More than one write takes where all or nothing is asked for (413); or the queue is full.
    /// </exception>
    public async Task<NewJob?> ProposeAsync(IReadOnlyList<NewJob> jobs, OnDuplicate mode)
    {
        List<List<NewJob>> shards = [.. jobs.GroupBy(job => job.Id.Shard).Select(group => group.ToList())];
        bool atomic = mode == OnDuplicate.Reject;
        if (atomic)
        {
            shards.ForEach(shard => RequireOneWrite(shard));
            if (FindTwice(jobs) is { } twice)
            {
                return twice;
            }

            if (await FindTakenAsync(shards.Skip(1).SelectMany(shard => shard)) is { } taken)
            {
                return taken;
            }
        }

        foreach (List<NewJob> write in atomic ? shards : shards.SelectMany(api.Shards.OneWrite.InWrites))
        {
            Outcome outcome = await EnqueueAsync(write);
            if (TakenOf(outcome, write) is { } taken)
            {
                return taken;
            }
        }

        return null;
    }

    /// <summary>Asked again, jobs that came in the first time and are gone since are in: they are left out.</summary>
    private async Task<Outcome> EnqueueAsync(List<NewJob> write)
    {
        string? queue = write.TrueForAll(job => job.Queue == write[0].Queue) ? write[0].Queue : null;
        using var trace = SubmissionTrace.Begin(http, queue, write.Count);
        for (int i = 0; i < write.Count; i++)
        {
            write[i] = write[i] with { Traceparent = trace.Traceparent, Tracestate = trace.Tracestate };
        }

        while (true)
        {
            var enqueue = new Command.EnqueueMany(write) { AskedBy = ApiKeys.CallerOf(http).Name };
            Outcome outcome = await api.Shards.ProposeAsync(write[0].Id.Shard, enqueue, http.RequestAborted);
            if (outcome is not Outcome.Refused { Why: Refusal.BatchItem { Index: var gone, Why: Refusal.FirstJobGone } })
            {
                trace.Told(outcome);
                return outcome;
            }

            write.RemoveAt(gone);
            if (write.Count == 0)
            {
                return new Outcome.AcceptedMany([]);
            }
        }
    }

    /// <summary>The first of these jobs whose id one before it has: they cannot all come in, and that is known before any does.</summary>
    public static NewJob? FindTwice(IEnumerable<NewJob> jobs)
    {
        var ids = new HashSet<(string, string)>();
        return jobs.FirstOrDefault(job => !ids.Add((job.Queue, job.ExternalId!)));
    }

    /// <summary>
    /// The first of these jobs whose id a live job has, other than <paramref name="but"/> or one that came in with the same key.
    /// </summary>
    public async Task<NewJob?> FindTakenAsync(IEnumerable<NewJob> jobs, JobId? but = null)
    {
        foreach (NewJob[] some in jobs.Chunk(LooksAtOnce))
        {
            Outcome[] found = await Task.WhenAll(some.Select(job =>
                api.Shards.ProposeAsync(job.Id.Shard, Find(job), http.RequestAborted)));
            if (some.Zip(found).FirstOrDefault(
                look => look.Second is Outcome.Found { Jobs: var holders } && holders.Any(holder => IsOther(holder, look.First))).First
                is { } taken)
            {
                return taken;
            }
        }

        return null;

        Command.Find Find(NewJob job) => new(job.Queue, job.ExternalId!) { AskedBy = ApiKeys.CallerOf(http).Name };

        bool IsOther(Job holder, NewJob job) =>
            holder.Id != but && (job.IdempotencyKey is null || holder.IdempotencyKey != job.IdempotencyKey);
    }

    /// <summary>The job whose id was taken, if that is why a write was refused.</summary>
    /// <exception cref="ProblemException">It was refused for another reason.</exception>
    public NewJob? TakenOf(Outcome outcome, List<NewJob> jobs) => outcome switch
    {
        Outcome.Refused { Why: Refusal.BatchItem { Index: var index, Why: Refusal.DuplicateJob } } => jobs[index],
        Outcome.Refused { Why: var why } => throw new ProblemException(Problems.Of(why, ApiKeys.CallerOf(http), api.Now)),
        _ => null,
    };

    /// <summary>Refuses what does not fit one write.</summary>
    /// <param name="jobs">The jobs that come in.</param>
    /// <param name="ended">A job that ends with the same write.</param>
    /// <exception cref="ProblemException">413.</exception>
    public void RequireOneWrite(List<NewJob> jobs, Job? ended = null)
    {
        if (!api.Shards.OneWrite.FitsOneWrite(jobs, ended))
        {
            throw new ProblemException(Problems.MoreThanOneWrite(api.Shards.OneWrite, "Send fewer at once."));
        }
    }
}
