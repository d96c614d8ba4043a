using System.Diagnostics;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What goes through <see cref="IJobShards"/>, in the words of the history.</summary>
internal static class Told
{
    /// <summary>A command as a call.</summary>
    /// <param name="command">The command.</param>
    /// <param name="lane">Who asks.</param>
    /// <param name="shard">The shard that is asked, for a command that names no job.</param>
    /// <param name="patience">How long he is ready to wait for a service that is away.</param>
    public static Call Of(Command command, string lane, int? shard = null, TimeSpan? patience = null)
    {
        Call call = command switch
        {
            Command.Enqueue enqueue => new Call(Verb.Submit, lane) { Submissions = [Of(enqueue.Job)] },
            Command.EnqueueMany many => new Call(Verb.Submit, lane) { Submissions = [.. many.Jobs.Select(Of)] },
            Command.Find find => new Call(Verb.FindLive, lane) { Queue = find.Queue, ExternalId = find.ExternalId },
            Command.Lease lease => new Call(Verb.Lease, lane) { Worker = lease.Worker, Queues = lease.Queues, Types = lease.Types },
            Command.Heartbeat heartbeat => new Call(Verb.Heartbeat, lane) { Token = heartbeat.Token },
            Command.Complete complete => new Call(Verb.Complete, lane) { Token = complete.Token },
            Command.Fail fail => new Call(Verb.Fail, lane) { Token = fail.Token },
            Command.Release release => new Call(Verb.Release, lane) { Token = release.Token },
            Command.Cancel => new Call(Verb.Cancel, lane),
            Command.Requeue requeue =>
                new Call(Verb.Requeue, lane) { Token = requeue.Token, Submissions = [.. requeue.Jobs.Select(Of)] },
            Command.Reschedule reschedule => new Call(Verb.Reschedule, lane) { Token = reschedule.Token },
            Command.Retry retry => new Call(Verb.Retry, lane) { NewId = retry.NewId.Value },
            Command.Reprioritise move => new Call(Verb.Reprioritise, lane) { IfSequence = move.IfSequence, ToQueue = move.Queue },
            Command.Forget => new Call(Verb.Forget, lane),
            Command.PauseQueue pause => new Call(Verb.Pause, lane) { Queue = pause.Queue },
            Command.ResumeQueue resume => new Call(Verb.Resume, lane) { Queue = resume.Queue },
            Command.ChooseEvents choose =>
                new Call(Verb.Choose, lane) { Queue = choose.Queue, Unpublished = [.. Words.Of(choose.Unpublished)] },
            Command.ReleaseWorker gone => new Call(Verb.ReleaseWorker, lane) { Worker = gone.Worker },
            _ => throw new UnreachableException($"Nobody asks for {command.GetType().Name}."),
        };
        Guid? job = command is Command.OnJob onJob ? onJob.JobId.Value : null;
        return call with { Job = job, Shard = shard ?? (command as Command.OnJob)?.JobId.Shard, Patience = patience };
    }

    /// <summary>An outcome as an answer.</summary>
    public static Answer Of(Outcome outcome) => outcome switch
    {
        Outcome.Accepted accepted => Showing(AnswerKind.Accepted, accepted.Job),
        Outcome.Replayed replayed => Showing(AnswerKind.Replayed, replayed.Job),
        Outcome.Existing existing => Showing(AnswerKind.Existing, existing.Job),
        Outcome.Found found => new Answer(AnswerKind.Existing) { Jobs = [.. found.Jobs.Select(job => Of(job))] },
        Outcome.Replaced replaced => Showing(AnswerKind.Replaced, replaced.Job),
        Outcome.AcceptedMany many => new Answer(AnswerKind.Accepted) { Jobs = [.. many.Items.SelectMany(Each)] },
        Outcome.Leased leased => new Answer(AnswerKind.Leased) { Jobs = [.. leased.Jobs.Select(job => Of(job))] },
        Outcome.Extended => new Answer(AnswerKind.Extended),
        Outcome.Changed changed => Showing(AnswerKind.Changed, changed.Job),
        Outcome.Unchanged unchanged => Showing(AnswerKind.Unchanged, unchanged.Job),
        Outcome.Forgotten => new Answer(AnswerKind.Forgotten),
        Outcome.Done => new Answer(AnswerKind.Done),
        Outcome.Refused { Why: Refusal.BatchItem item } =>
            new Answer(AnswerKind.Refused) { Refusal = Of(item.Why), RefusedItem = item.Index },
        Outcome.Refused refused => new Answer(AnswerKind.Refused) { Refusal = Of(refused.Why), Detail = HolderIn(refused.Why) },
        _ => throw new UnreachableException($"No words for {outcome.GetType().Name}."),
    };

    /// <summary>A read's outcome as an answer.</summary>
    public static Answer Of(JobLookup lookup) => lookup switch
    {
        JobLookup.Found found => Showing(AnswerKind.Found, found.Job),
        JobLookup.Purged => new Answer(AnswerKind.Purged),
        JobLookup.Unknown => new Answer(AnswerKind.Unknown),
        _ => throw new UnreachableException($"No words for {lookup.GetType().Name}."),
    };

    /// <summary>What a call threw as an answer.</summary>
    public static Answer Of(Exception exception) => exception switch
    {
        StoreUnavailableException => new Answer(AnswerKind.NothingWritten) { Detail = exception.Message },
        TooBusyException => new Answer(AnswerKind.Busy) { Detail = exception.Message },
        CursorExpiredException => new Answer(AnswerKind.Expired) { Detail = exception.Message },
        OutcomeUnknownException => new Answer(AnswerKind.OutcomeUnknown) { Detail = exception.Message },
        OperationCanceledException => new Answer(AnswerKind.Left),
        _ => new Answer(AnswerKind.ServerError) { Detail = $"{exception.GetType().Name}: {exception.Message}" },
    };

    /// <summary>A job as an answer shows it.</summary>
    public static JobSeen Of(Job job, AnswerKind? kind = null) =>
        new(job.Id.Value, job.Sequence, Of(job.Status), job.Attempt, job.Lease?.Token, kind)
        {
            InputBytes = job.Input?.LeftIn is null ? job.Input?.Length ?? 0 : null,
            Queue = job.Queue,
        };

    public static Standing Of(JobStatus status) => status switch
    {
        JobStatus.New => Standing.New,
        JobStatus.InProgress => Standing.InProgress,
        JobStatus.Completed => Standing.Completed,
        JobStatus.Failed => Standing.Failed,
        JobStatus.Cancelled => Standing.Cancelled,
    };

    private static Answer Showing(AnswerKind kind, Job job) => new(kind) { Jobs = [Of(job)] };

    private static IEnumerable<JobSeen> Each(Outcome item)
    {
        Answer answer = Of(item);
        return answer.Jobs.Select(job => job with { Kind = answer.Kind });
    }

    private static Submission Of(NewJob job) => new(
        job.Id.Value, job.Queue, job.ExternalId, job.UniqueKey, job.IdempotencyKey,
        job.OnDuplicate is OnDuplicate.Replace or OnDuplicate.Supersede, job.Owner);

    /// <summary>For the story: who has the key.</summary>
    private static string? HolderIn(Refusal refusal) => refusal switch
    {
        Refusal.DuplicateJob taken => $"of {taken.Holder.Id}",
        Refusal.KeyOfGoneJob gone => $"of {gone.Holder}, gone, until {gone.Until:HH:mm:ss.fff}",
        _ => null,
    };

    private static RefusalKind Of(Refusal refusal) => refusal switch
    {
        Refusal.UnknownJob => RefusalKind.UnknownJob,
        Refusal.UnknownExternalId => RefusalKind.UnknownExternalId,
        Refusal.DuplicateJob or Refusal.KeyOfGoneJob => RefusalKind.Duplicate,
        Refusal.FirstJobGone => RefusalKind.FirstGone,
        Refusal.IdempotencyKeyReused => RefusalKind.KeyReused,
        Refusal.StaleLease => RefusalKind.StaleLease,
        Refusal.AlreadyFinished => RefusalKind.AlreadyFinished,
        Refusal.NotFinished => RefusalKind.NotFinished,
        Refusal.NotWaiting => RefusalKind.NotWaiting,
        Refusal.SequenceMismatch => RefusalKind.SequenceMismatch,
        Refusal.QueueFull or Refusal.BytesFull => RefusalKind.QueueFull,
        Refusal.NotStorable or Refusal.NoRoomForState or Refusal.TooManyLabels => RefusalKind.Other,
        Refusal.BatchItem item => Of(item.Why),
        _ => throw new UnreachableException($"No words for {refusal.GetType().Name}."),
    };
}
