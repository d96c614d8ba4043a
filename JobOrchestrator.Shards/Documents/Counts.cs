using System.Text.Json.Serialization;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What a shard has done since it began to count, as of one commit. It stands in the head, so it is stored with what it counts: kills and
/// take-overs change nothing of it. What is live is counted in memory, and not from the rest: that both fit is the proof.
/// </summary>
internal sealed record Counts
{
    /// <summary>When it began to count; what was live then counts as accepted.</summary>
    public DateTime Since { get; init; }

    /// <summary>Jobs that were accepted.</summary>
    public long Accepted { get; init; }

    /// <summary>Attempts that were begun.</summary>
    public long Started { get; init; }

    /// <summary>Jobs that ended so.</summary>
    public long Completed { get; init; }

    /// <summary>Jobs that ended so.</summary>
    public long Failed { get; init; }

    /// <summary>Jobs that ended so.</summary>
    public long Cancelled { get; init; }

    /// <summary>Jobs that lived in a holder's memory only and went with it.</summary>
    public long Died { get; init; }

    /// <summary>Jobs that have not ended.</summary>
    public long Live { get; init; }

    /// <summary>Of these, those that live in the holder's memory only.</summary>
    public long InMemory { get; init; }

    /// <summary>Events that were committed.</summary>
    public long Events { get; init; }

    /// <summary>Events that the publisher has done with: the broker has them, or they were set aside.</summary>
    public long Published { get; init; }

    /// <summary>Outbox documents that it has not done with.</summary>
    public long DocumentsLeft { get; init; }

    /// <summary>Outbox documents before this one are not counted.</summary>
    public long CountedFrom { get; init; }

    /// <summary>How many accepted jobs are neither live nor ended; none, as long as nothing is lost and nothing is there twice.</summary>
    [JsonIgnore]
    public long Difference => Accepted - (Live + Completed + Failed + Cancelled + Died);

    /// <summary>How many events were committed and never published; below 0: the other way round. As far as that can be said.</summary>
    [JsonIgnore]
    public long EventsDifference => DocumentsLeft == 0 ? Events - Published : Math.Min(0, Events - Published);

    /// <summary>The counts of a shard that has just been loaded.</summary>
    /// <param name="head">The head as loaded; what it has not counted yet begins now.</param>
    /// <param name="live">Jobs that were loaded.</param>
    /// <param name="now">The time.</param>
    public static Counts Loaded(Head head, long live, DateTimeOffset now) => head.Counts is { } counts
        ? counts with { Live = live, Died = counts.Died + counts.InMemory, InMemory = 0 }
        : new Counts { Since = now.UtcDateTime, Accepted = live, Live = live, CountedFrom = head.NextOutbox };

    /// <summary>The counts once some changes are stored.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="live">Jobs in memory that have not ended.</param>
    /// <param name="inMemory">Of these, those that are not stored.</param>
    public Counts With(Changes changes, long live, long inMemory)
    {
        int accepted = 0, started = 0, completed = 0, failed = 0, cancelled = 0;
        foreach (JobEvent told in changes.Events)
        {
            switch (told.Kind)
            {
                case JobEventKind.Created:
                    accepted++;
                    break;
                case JobEventKind.Updated:
                    started += told is { Job.Status: JobStatus.InProgress, PreviousStatus: JobStatus.New } ? 1 : 0;
                    break;
                case JobEventKind.Completed:
                    completed++;
                    break;
                case JobEventKind.Failed:
                    failed++;
                    break;
                case JobEventKind.Cancelled:
                    cancelled++;
                    break;
            }
        }

        return this with
        {
            Accepted = Accepted + accepted,
            Started = Started + started,
            Completed = Completed + completed,
            Failed = Failed + failed,
            Cancelled = Cancelled + cancelled,
            Events = Events + changes.Events.Count,
            Live = live,
            InMemory = inMemory,
        };
    }
}
