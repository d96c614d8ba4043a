using System.Diagnostics.CodeAnalysis;
using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;
using JobOrchestrator.Waiting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Http;

/// <summary>What every operation works with: the jobs, the limits, randomness, the clock, and the end of the service.</summary>
internal sealed class Api(
    IJobShards shards,
    IOptions<ApiOptions> options,
    RequestLimits limits,
    UnknownNames unknown,
    Randomness randomness,
    TimeProvider time,
    IHostApplicationLifetime lifetime)
{
    private readonly TimeSpan _waitMax = TimeSpan.FromSeconds(options.Value.WaitSecondsMax);

    /// <summary>How many requests may stay open.</summary>
    public RequestLimits Limits { get; } = limits;

    /// <summary>What becomes of names that nobody knows.</summary>
    public UnknownNames Unknown { get; } = unknown;

    public IJobShards Shards { get; } = shards;

    public ApiOptions Options { get; } = options.Value;

    public Randomness Randomness { get; } = randomness;

    public TimeProvider Time { get; } = time;

    /// <summary>The time that jobs go by.</summary>
    public DateTimeOffset Now => Shards.Now;

    /// <summary>The longest wait that is granted: never beyond the end of what the caller came with.</summary>
    public TimeSpan WaitMax(HttpContext http) => TimeLeft(http) is { } left && left < _waitMax ? left : _waitMax;

    /// <summary>The wait that is granted of the one asked for.</summary>
    public TimeSpan Granted(HttpContext http, TimeSpan asked) => WaitMax(http) is var most && asked < most ? asked : most;

    /// <summary>For how long what the caller came with is still taken; null: it has no end.</summary>
    public TimeSpan? TimeLeft(HttpContext http) =>
        ApiKeys.CallerOf(http).TakenUntil is not { } until ? null
        : until - Time.GetUtcNow() is var left && left > TimeSpan.Zero ? left
        : TimeSpan.Zero;

    /// <summary>The service is going down: who waits is answered at once.</summary>
    public CancellationToken Stopping { get; } = lifetime.ApplicationStopping;

    /// <summary>Reads the job of a path.</summary>
    /// <returns>False: the text is no job's id.</returns>
    public static bool TryId(HttpContext http, out JobId id) => JobId.TryParse((string?)http.Request.RouteValues["id"], out id);

    /// <summary>The queue of a path.</summary>
    /// <exception cref="ProblemException">422: no queue can have this name.</exception>
    public static string QueueOf(HttpContext http)
    {
        string queue = PathName.Of(http, "queue");
        if (queue.Length > BodyReader.NameMax || queue.Any(char.IsControl) || string.IsNullOrEmpty(queue))
        {
            throw new ProblemException(Problems.NotAllowed("queue", $"1 to {BodyReader.NameMax} characters, no control characters."));
        }

        return queue;
    }

    /// <summary>The job of a path, if the caller may see it. Answers otherwise.</summary>
    /// <returns>Null: it has been answered.</returns>
    public async ValueTask<Job?> FindOrAnswerAsync(HttpContext http)
    {
        JobLookup lookup = TryId(http, out JobId id) ? await Shards.FindAsync(id, http.RequestAborted) : new JobLookup.Unknown();
        return await VisibleOrAnswerAsync(http, lookup);
    }

    /// <summary>The job that was found, if the caller may see it. Answers otherwise.</summary>
    public static async ValueTask<Job?> VisibleOrAnswerAsync(HttpContext http, JobLookup lookup)
    {
        if (IsVisible(lookup, ApiKeys.CallerOf(http), out Job? job))
        {
            return job;
        }

        await Problems.SendAsync(http, lookup is JobLookup.Found ? Problems.JobNotFound : Problems.Of(lookup));
        return null;
    }

    /// <summary>Waits for a job until it is as said; at once when the service goes down.</summary>
    /// <exception cref="ProblemException">429: too many wait.</exception>
    public async Task<JobLookup> WaitAsync(HttpContext http, JobId id, JobCondition until, TimeSpan atMost)
    {
        using IDisposable place = Limits.TakeWait(http);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, Stopping);
        try
        {
            return await Shards.WaitAsync(id, until, atMost, either.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return await Shards.FindAsync(id, http.RequestAborted);
        }
    }

    /// <summary>
    /// Has a command about one job applied, once it is known that the caller may see the job. A job that is unknown because it was
    /// purged is told from one that never was.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="command">The command.</param>
    /// <param name="looks">For one of many: how many are looked up at one time; null: it is alone.</param>
    /// <exception cref="ProblemException">
    /// 403: the caller sees the job, and its key is not for this command; 409: the job is to go to a queue of another shard.
    /// </exception>
    public Task<(Outcome Outcome, Problem? Problem)> ProposeAsync(HttpContext http, Command.OnJob command, Slots? looks = null) =>
        ProposeAsync(ApiKeys.CallerOf(http), command, looks, http.RequestAborted);

    /// <summary>The same for whoever goes on when the request is over.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="command">The command.</param>
    /// <param name="looks">For one of many: how many are looked up at one time; null: it is alone.</param>
    /// <param name="cancellationToken">Stops the waiting, not the command.</param>
    /// <exception cref="ProblemException">
    /// 403: the caller sees the job, and its key is not for this command; 409: the job is to go to a queue of another shard.
    /// </exception>
    public async Task<(Outcome Outcome, Problem? Problem)> ProposeAsync(
        Caller caller, Command.OnJob command, Slots? looks, CancellationToken cancellationToken)
    {
        if (caller.IsBound)
        {
            if (!IsVisible(await FindAsync(command.JobId, looks, cancellationToken), caller, out Job? job))
            {
                return (new Outcome.Refused(new Refusal.UnknownJob(command.JobId)), Problems.JobNotFound);
            }

            caller.Require(command, job);
        }

        if (command is Command.Reprioritise { Queue: { } queue } && Shards.ShardOf(queue) != command.JobId.Shard)
        {
            throw new ProblemException(Problems.StoredApart(command.JobId, queue));
        }

        Command asked = caller.Name is { } name ? command with { AskedBy = name } : command;
        Outcome outcome = await Shards.ProposeAsync(command.JobId.Shard, asked, cancellationToken);
        return outcome switch
        {
            Outcome.Refused { Why: Refusal.UnknownJob } =>
                (outcome, Problems.Of(await FindAsync(command.JobId, looks, cancellationToken))),
            Outcome.Refused refused => (outcome, Problems.Of(refused.Why, caller, Now)),
            _ => (outcome, null),
        };
    }

    private async ValueTask<JobLookup> FindAsync(JobId id, Slots? looks, CancellationToken cancellationToken)
    {
        if (looks is null)
        {
            return await Shards.FindAsync(id, cancellationToken);
        }

        await looks.TakeAsync(cancellationToken);
        try
        {
            return await Shards.FindAsync(id, cancellationToken);
        }
        finally
        {
            looks.Release();
        }
    }

    private static bool IsVisible(JobLookup lookup, Caller caller, [NotNullWhen(true)] out Job? job)
    {
        job = lookup is JobLookup.Found found && caller.MaySee(found.Job) ? found.Job : null;
        return job is not null;
    }
}
