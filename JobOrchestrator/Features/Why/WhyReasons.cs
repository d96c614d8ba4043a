using System.Globalization;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Why;

/// <summary>What a job waits for, or how it runs, in order: the first reason is the one that counts.</summary>
/// <param name="isOperator">The caller operates the queue: names of workers and keys are shown.</param>
internal sealed class WhyReasons(bool isOperator)
{
    private const int TypesShown = 20;

    /// <summary>Of a job that its shard knows.</summary>
    public IReadOnlyList<WhyReason> Of(JobSituation at) =>
        at.Job.Status == JobStatus.InProgress ? [OfRunning(at.Job, at.Now)] : [.. OfWaiting(at)];

    /// <summary>Of a job that has ended.</summary>
    public static WhyReason OfEnded(Job job) => new("ended", job.Status switch
    {
        JobStatus.Completed => "It is completed.",
        JobStatus.Failed => $"It failed: {job.Error?.Title ?? "no error was told"}",
        _ => job.Error is { } error ? $"It was cancelled: {error.Title}" : "It was cancelled.",
    })
    {
        Members = [("status", Words.Of(job.Status)), ("error", job.Error?.Title)],
    };

    /// <summary>Of a job whose shard cannot be asked.</summary>
    public static WhyReason OfAbsence(StoreUnavailableException exception) => exception.Absence switch
    {
        { Kind: ShardAbsenceKind.Elsewhere } elsewhere => new WhyReason("shard-elsewhere", elsewhere.Text)
        {
            Members = [("shard", elsewhere.Shard)],
        },
        { Kind: ShardAbsenceKind.Moving } moving => new WhyReason(
            "shard-moving", $"Nothing is handed out at the moment, for its shard is between two holders. {moving.Text}")
        {
            Members = [("shard", moving.Shard), ("since", moving.Since)],
        },
        var away => new WhyReason("store-away", $"Nothing is handed out at the moment. {away?.Text ?? exception.Message}")
        {
            Members = [("since", away?.Since)],
        },
    };

    private IEnumerable<WhyReason> OfWaiting(JobSituation at)
    {
        Job job = at.Job;
        if (job.RunAt > at.Now)
        {
            yield return OfTime(job, at.Now);
        }

        if (at.Queue.Paused)
        {
            yield return OfPause(at);
        }

        if (NoWorker(at) is { } noWorker)
        {
            yield return noWorker;
        }
        else if (job.RunAt <= at.Now)
        {
            if (Busy(at) is { } busy)
            {
                yield return busy;
            }

            if (at.Ahead is { } ahead)
            {
                yield return new WhyReason(
                    "in-line",
                    ahead.All == 0 ? "It is the next one." : $"{InWords.Jobs(ahead.All)} ahead of it.")
                {
                    Members = [("ahead", ahead.All), ("aheadOfType", ahead.OfType), ("higherPriority", ahead.OfHigherPriority)],
                };
            }
        }
    }

    private static WhyReason OfTime(Job job, DateTimeOffset now)
    {
        string until = $"{InWords.Of(job.RunAt)} (in {InWords.Of(job.RunAt - now)})";
        return job.Attempt == 0
            ? new WhyReason("scheduled", $"It is not to run before {until}.") { Members = [("until", job.RunAt)] }
            : new WhyReason(
                "retry-pause",
                $"Attempt {job.Attempt.ToString(CultureInfo.InvariantCulture)} did not succeed"
                    + $"{(job.Error is { } error ? $" ({error.Title})" : "")}; it is tried again at {until}.")
            {
                Members =
                [
                    ("until", job.RunAt), ("attempt", job.Attempt), ("of", job.MaxRetries is { } max ? max + 1L : null),
                    ("error", job.Error?.Title),
                ],
            };
    }

    private WhyReason OfPause(JobSituation at)
    {
        QueuePause? pause = at.Queue.Pause;
        string? by = isOperator ? pause?.By : null;
        string? reason = isOperator ? pause?.Reason : null;
        string text = $"Its queue {at.Queue.Name} is paused"
            + (pause is null ? "" : $", for {InWords.Of(at.Now - pause.Since)}")
            + (by is null ? "" : $", by {by}")
            + (reason is null ? "." : $": {reason.TrimEnd('.')}.");
        return new WhyReason("queue-paused", text)
        {
            Members = [("queue", at.Queue.Name), ("since", pause?.Since), ("by", by), ("reason", reason)],
        };
    }

    /// <summary>Null: there is one who takes such jobs.</summary>
    private WhyReason? NoWorker(JobSituation at)
    {
        Job job = at.Job;
        if (at.Present.Any(worker => worker.AsksFor(job.Type)))
        {
            return null;
        }

        Asker? last = at.Workers.FirstOrDefault(worker => worker.AsksFor(job.Type));
        string[] asked = [.. at.Present.SelectMany(worker => worker.Types ?? Enumerable.Empty<string>()).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).Take(TypesShown)];
        string text = last is not null
            ? $"No worker has asked for type {job.Type} in queue {job.Queue} for {InWords.Of(at.Now - last.LastAt)}."
            : $"No worker has ever asked for type {job.Type} in queue {job.Queue}; workers are watched since "
                + $"{InWords.Of(at.WatchedSince)}.";
        return new WhyReason("no-worker", asked.Length == 0 ? text : $"{text} Those that ask want {string.Join(", ", asked)}.")
        {
            Members =
            [
                ("queue", job.Queue), ("type", job.Type), ("since", last?.LastAt),
                ("watchedSince", last is null ? at.WatchedSince : null), ("lastWorker", isOperator ? last?.Worker : null),
                ("asksFor", asked.Length > 0 ? asked : null),
            ],
        };
    }

    /// <summary>Null: there is one who waits for a job.</summary>
    private static WhyReason? Busy(JobSituation at)
    {
        Asker[] takers = [.. at.Present.Where(worker => worker.AsksFor(at.Job.Type))];
        return Array.Exists(takers, worker => worker.IsAsking) || at.Queue.InProgress == 0
            ? null
            : new WhyReason(
                "workers-busy",
                takers.Length == 1
                    ? $"The one worker that takes such jobs is busy; {InWords.Jobs(at.Queue.InProgress)} running in its queue."
                    : $"All {takers.Length.ToString(CultureInfo.InvariantCulture)} workers that take such jobs are busy; "
                        + $"{InWords.Jobs(at.Queue.InProgress)} running in its queue.")
            {
                Members = [("workers", takers.Length), ("running", at.Queue.InProgress)],
            };
    }

    private WhyReason OfRunning(Job job, DateTimeOffset now)
    {
        Lease lease = job.Lease!;
        string? worker = isOperator ? lease.Worker : null;
        string by = worker is null ? "a worker" : $"worker {worker}";
        if (job.CancelRequested)
        {
            return new WhyReason(
                "cancelling",
                lease.CancelTold
                    ? $"It is to be cancelled, and {by} has been told."
                    : $"It is to be cancelled; {by} has not heard of it yet.")
            {
                Members = [("worker", worker), ("told", lease.CancelTold), ("leaseEnds", lease.ExpiresAt)],
            };
        }

        DateTimeOffset? since = job.RunningAttempt?.StartedAt ?? job.StartedAt;
        var length = TimeSpan.FromSeconds(Math.Max(1, job.LeaseSeconds));
        DateTimeOffset beat = lease.ExpiresAt - length;

        // A worker beats well before two thirds of its lease are over.
        TimeSpan overdue = now - (beat + (length * 2 / 3));
        return overdue > TimeSpan.Zero
            ? new WhyReason(
                "silent",
                $"Attempt {job.Attempt.ToString(CultureInfo.InvariantCulture)} runs, and {by} is silent for {InWords.Of(now - beat)}; its "
                    + $"lease ends in {InWords.Of(lease.ExpiresAt - now)}.")
            {
                Members =
                [
                    ("worker", worker), ("since", since), ("overdueSeconds", Math.Round(overdue.TotalSeconds, 3)),
                    ("leaseEnds", lease.ExpiresAt),
                ],
            }
            : new WhyReason(
                "running",
                $"Attempt {job.Attempt.ToString(CultureInfo.InvariantCulture)} runs with {by}"
                    + $"{(since is { } from ? $" for {InWords.Of(now - from)}" : "")}.")
            {
                Members = [("worker", worker), ("since", since), ("lastHeartbeat", beat), ("leaseEnds", lease.ExpiresAt)],
            };
    }
}
