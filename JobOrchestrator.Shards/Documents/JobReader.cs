using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Reads what <see cref="JobDocument"/> writes, in one pass: a start may have a million of them to read.</summary>
internal static class JobReader
{
    /// <summary>Reads a stored document: a job, or what stays of a purged one.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="shared">Has what many jobs say alike; null: nobody shares.</param>
    /// <exception cref="Exception">One of those that <see cref="UnreadableException.Why"/> knows: it cannot be read.</exception>
    public static JobLookup Read(ReadOnlySpan<byte> utf8, SharedParts? shared)
    {
        var json = new JobMembers(utf8, stackalloc JobMembers.Value[JobMembers.Most], shared);
        if (json.Has(JobMember.PurgedAt))
        {
            return new JobLookup.Purged { Keys = ReadKeys(json, JobMember.Keys) };
        }

        if (json.Has(JobMember.Deleted))
        {
            return new JobLookup.Unknown();
        }

        Job job = ReadJob(json, shared);
        return job is { Status: JobStatus.InProgress, Lease: null } or { Order: < 0 }
            ? throw new FormatException("A job that runs has a lease, and orders begin at 0.")
            : new JobLookup.Found(job);
    }

    private static Job ReadJob(in JobMembers json, SharedParts? shared) => new()
    {
        Id = new JobId(json.Guid(JobMember.Id)),
        Order = json.Int64(JobMember.Order),
        Spec = ReadSpec(json, shared),
        Status = Words.Status(json.SharedWord(JobMember.Status)),
        State = json.KeptOrNull(JobMember.State),
        Result = json.KeptOrNull(JobMember.Result),
        Progress = ReadProgress(json),
        Error = ReadError(json),
        Attempt = json.Int32(JobMember.Attempt),
        Failures = json.Int32(JobMember.Failures),
        DeadlineAt = json.TimeOrNull(JobMember.DeadlineAt),
        RunAt = json.Time(JobMember.RunAt),
        Priority = json.Int32(JobMember.Priority),
        Labels = ReadLabels(json),
        IdempotencyKey = json.TextOrNull(JobMember.IdempotencyKey),
        Fingerprint = json.TextOrNull(JobMember.Fingerprint) is { } hex
            ? UInt128.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : default,
        IdempotencyUntil = json.TimeOrNull(JobMember.IdempotencyUntil),
        EarlierKeys = ReadKeys(json, JobMember.EarlierKeys),
        CancelRequested = json.IsTrue(JobMember.CancelRequested),
        Lease = ReadLease(json),
        Attempts = ReadAttempts(json),
        Sequence = json.Int64(JobMember.Sequence),
        RetryOf = json.IdOrNull(JobMember.RetryOf),
        RetriedAs = json.IdOrNull(JobMember.RetriedAs),
        CreatedAt = json.Time(JobMember.CreatedAt),
        StartedAt = json.TimeOrNull(JobMember.StartedAt),
        UpdatedAt = json.Time(JobMember.UpdatedAt),
        FinishedAt = json.TimeOrNull(JobMember.FinishedAt),
        ExpiresAt = json.TimeOrNull(JobMember.ExpiresAt),
    };

    private static JobSpec ReadSpec(in JobMembers json, SharedParts? shared) => new()
    {
        ExternalId = json.TextOrNull(JobMember.ExternalId),
        Type = json.SharedWord(JobMember.Type),
        Queue = json.SharedWord(JobMember.Queue),
        Owner = json.SharedTextOrNull(JobMember.Owner),
        Input = json.KeptOrNull(JobMember.Input),
        MaxRetries = json.Int32OrNull(JobMember.MaxRetries),
        Backoff = ReadBackoff(json.Json(JobMember.Backoff), shared),
        LeaseSeconds = json.Int32(JobMember.LeaseSeconds),
        TimeLimitSeconds = json.Int32OrNull(JobMember.TimeLimitSeconds),
        UniqueKey = json.TextOrNull(JobMember.UniqueKey),
        UniqueSeconds = json.Int32OrNull(JobMember.UniqueSeconds),
        Traceparent = json.TextOrNull(JobMember.Traceparent),
        Tracestate = json.TextOrNull(JobMember.Tracestate),
    };

    private static Backoff ReadBackoff(ReadOnlySpan<byte> utf8, SharedParts? shared)
    {
        if (shared?.Backoffs.Find(utf8) is { } known)
        {
            return known;
        }

        var json = new JobMembers(utf8, stackalloc JobMembers.Value[JobMembers.Most], first: JobMember.Kind);
        var backoff = new Backoff(
            Words.Backoff(json.Word(JobMember.Kind)),
            json.Double(JobMember.Seconds),
            json.Double(JobMember.MaxSeconds),
            json.Double(JobMember.Jitter));
        return shared?.Backoffs.Add(utf8, backoff) ?? backoff;
    }

    private static Progress? ReadProgress(in JobMembers job)
    {
        if (!job.Has(JobMember.Progress))
        {
            return null;
        }

        var json = new JobMembers(
            job.Json(JobMember.Progress), stackalloc JobMembers.Value[JobMembers.Most], first: JobMember.Percent);
        return new Progress(json.DoubleOrNull(JobMember.Percent), json.TextOrNull(JobMember.Message));
    }

    private static JobError? ReadError(in JobMembers job)
    {
        if (!job.Has(JobMember.Error))
        {
            return null;
        }

        var json = new JobMembers(job.Json(JobMember.Error), stackalloc JobMembers.Value[JobMembers.Most], first: JobMember.Type);
        return new JobError(
            json.Word(JobMember.Type), json.Word(JobMember.Title), json.KeptOrNull(JobMember.Detail), json.Int32OrNull(JobMember.Status));
    }

    private static JobLabels ReadLabels(in JobMembers job)
    {
        if (!job.Has(JobMember.Labels))
        {
            return JobLabels.None;
        }

        Utf8JsonReader reader = job.At(JobMember.Labels);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidOperationException("Labels are no object.");
        }

        var labels = new List<KeyValuePair<string, string>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            labels.Add(KeyValuePair.Create(key, reader.GetString() ?? throw new FormatException("A text is null.")));
        }

        return JobLabels.Of(labels);
    }

    private static Lease? ReadLease(in JobMembers job)
    {
        if (!job.Has(JobMember.Lease))
        {
            return null;
        }

        var json = new JobMembers(job.Json(JobMember.Lease), stackalloc JobMembers.Value[JobMembers.Most], first: JobMember.Token);
        return new Lease(
            json.Word(JobMember.Token),
            json.Word(JobMember.Worker),
            json.Time(JobMember.ExpiresAt),
            json.IsTrue(JobMember.CancelTold))
        {
            StateNumber = json.Int32OrNull(JobMember.StateNumber) ?? 0,
            Heartbeats = ReadHeartbeats(json),
        };
    }

    private static IReadOnlyList<Attempt> ReadAttempts(in JobMembers job)
    {
        if (!job.Has(JobMember.Attempts))
        {
            return [];
        }

        ReadOnlySpan<byte> utf8 = job.Json(JobMember.Attempts);
        Utf8JsonReader reader = job.At(JobMember.Attempts);
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new InvalidOperationException("Attempts are no array.");
        }

        var attempts = new List<Attempt>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            attempts.Add(ReadAttempt(utf8[start..(int)reader.BytesConsumed]));
        }

        return [.. attempts];
    }

    private static Attempt ReadAttempt(ReadOnlySpan<byte> utf8)
    {
        var json = new JobMembers(utf8, stackalloc JobMembers.Value[JobMembers.Most], first: JobMember.Number);
        return new Attempt(
            json.Int32(JobMember.Number),
            json.Word(JobMember.Worker),
            json.Time(JobMember.StartedAt),
            json.Word(JobMember.Token),
            json.TimeOrNull(JobMember.EndedAt),
            json.TextOrNull(JobMember.Outcome) is { } outcome ? Words.Outcome(outcome) : null,
            json.TextOrNull(JobMember.Error))
        {
            Heartbeats = ReadHeartbeats(json),
        };
    }

    private static Heartbeats? ReadHeartbeats(in JobMembers holder)
    {
        if (!holder.Has(JobMember.Heartbeats))
        {
            return null;
        }

        var json = new JobMembers(
            holder.Json(JobMember.Heartbeats), stackalloc JobMembers.Value[JobMembers.Most], first: JobMember.Count);
        return new Heartbeats(
            json.Int32(JobMember.Count),
            json.Time(JobMember.LastAt),
            TimeSpan.FromMilliseconds(json.Int64(JobMember.Gap)));
    }

    private static IReadOnlyList<KeyGuard> ReadKeys(in JobMembers job, JobMember member)
    {
        if (!job.Has(member))
        {
            return [];
        }

        Utf8JsonReader reader = job.At(member);
        return KeyGuardJson.Read(ref reader);
    }
}
