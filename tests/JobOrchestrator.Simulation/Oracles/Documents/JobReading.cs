using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What stands under a job's key.</summary>
internal enum JobDocumentKind
{
    Job = 1,

    /// <summary>What stays of a job that was forgotten on request.</summary>
    Purged = 2,

    /// <summary>What stays of a deletion on a store that does not roll back.</summary>
    Deleted = 3,
}

/// <summary>
/// The ledger's own reader of job documents: only the members that an oracle looks at, so that it can contradict the product's.
/// </summary>
internal static class JobReading
{
    /// <summary>Reads a document.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="before">The job's last version, whose texts are used again; null: none.</param>
    /// <param name="job">The version; null when it is no job.</param>
    public static JobDocumentKind Read(ReadOnlySpan<byte> utf8, JobVersion? before, out JobVersion? job)
    {
        var reader = new Utf8JsonReader(utf8);
        var read = new JobVersion();
        reader.Read();
        JobDocumentKind kind = JobDocumentKind.Job;
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("purgedAt"u8))
            {
                kind = JobDocumentKind.Purged;
            }
            else if (name.SequenceEqual("deleted"u8))
            {
                kind = JobDocumentKind.Deleted;
            }
            else
            {
                ReadMember(ref reader, name, read, before);
            }
        }

        job = kind == JobDocumentKind.Job ? read : null;
        return kind;
    }

    /// <summary>Only the commit that a document is of; null: it carries none.</summary>
    public static Stamp? ReadStamp(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        long? epoch = null, commit = null;
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("epoch"u8))
            {
                epoch = reader.Whole();
            }
            else if (name.SequenceEqual("commit"u8))
            {
                commit = reader.Whole();
            }
            else
            {
                reader.Skip();
            }

            if (epoch is { } e && commit is { } c)
            {
                return new Stamp(e, c);
            }
        }

        return null;
    }

    private static void ReadMember(ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name, JobVersion job, JobVersion? before)
    {
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("type"u8):
                job.Type = reader.Text(before?.Type);
                break;
            case 5 when name.SequenceEqual("epoch"u8):
                job.Stamp = job.Stamp with { Epoch = reader.Whole() };
                break;
            case 5 when name.SequenceEqual("order"u8):
                job.Order = reader.Whole();
                break;
            case 5 when name.SequenceEqual("queue"u8):
                job.Queue = reader.Text(before?.Queue);
                break;
            case 5 when name.SequenceEqual("owner"u8):
                job.Owner = reader.Text(before?.Owner);
                break;
            case 5 when name.SequenceEqual("runAt"u8):
                job.RunAt = reader.GetDateTimeOffset();
                break;
            case 5 when name.SequenceEqual("input"u8):
                // What callers submit here is ASCII.
                job.InputBytes = reader.GetString()!.Length;
                break;
            case 5 when name.SequenceEqual("lease"u8):
                ReadLease(ref reader, job, before);
                break;
            case 5 when name.SequenceEqual("error"u8):
                ReadError(ref reader, job, before);
                break;
            case 6 when name.SequenceEqual("labels"u8):
                job.Labels = ReadLabels(ref reader);
                break;
            case 6 when name.SequenceEqual("commit"u8):
                job.Stamp = job.Stamp with { Commit = reader.Whole() };
                break;
            case 6 when name.SequenceEqual("status"u8):
                job.Status = Standings.Parse(reader.ValueSpan);
                break;
            case 6 when name.SequenceEqual("result"u8):
                job.ResultHash = HashOf(reader.ValueSpan);
                break;
            case 7 when name.SequenceEqual("attempt"u8):
                job.Attempt = (int)reader.Whole();
                break;
            case 7 when name.SequenceEqual("retryOf"u8):
                job.RetryOf = reader.GetGuid();
                break;
            case 8 when name.SequenceEqual("priority"u8):
                job.Priority = (int)reader.Whole();
                break;
            case 8 when name.SequenceEqual("sequence"u8):
                job.Sequence = reader.Whole();
                break;
            case 8 when name.SequenceEqual("attempts"u8):
                job.Attempts = ReadAttempts(ref reader, before);
                break;
            case 9 when name.SequenceEqual("uniqueKey"u8):
                job.UniqueKey = reader.Text(before?.UniqueKey);
                break;
            case 9 when name.SequenceEqual("retriedAs"u8):
                job.RetriedAs = reader.GetGuid();
                break;
            case 9 when name.SequenceEqual("createdAt"u8):
                job.CreatedAt = reader.GetDateTimeOffset();
                break;
            case 9 when name.SequenceEqual("expiresAt"u8):
                job.ExpiresAt = reader.GetDateTimeOffset();
                break;
            case 10 when name.SequenceEqual("externalId"u8):
                job.ExternalId = reader.Text(before?.ExternalId);
                break;
            case 10 when name.SequenceEqual("deadlineAt"u8):
                job.DeadlineAt = reader.GetDateTimeOffset();
                break;
            case 10 when name.SequenceEqual("finishedAt"u8):
                job.FinishedAt = reader.GetDateTimeOffset();
                break;
            case 12 when name.SequenceEqual("leaseSeconds"u8):
                job.LeaseSeconds = (int)reader.Whole();
                break;
            case 13 when name.SequenceEqual("uniqueSeconds"u8):
                job.UniqueSeconds = (int)reader.Whole();
                break;
            case 14 when name.SequenceEqual("idempotencyKey"u8):
                job.IdempotencyKey = reader.Text(before?.IdempotencyKey);
                break;
            case 15 when name.SequenceEqual("cancelRequested"u8):
                job.CancelRequested = reader.GetBoolean();
                break;
            case 16 when name.SequenceEqual("idempotencyUntil"u8):
                job.IdempotencyUntil = reader.GetDateTimeOffset();
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private static void ReadLease(ref Utf8JsonReader reader, JobVersion job, JobVersion? before)
    {
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("token"u8))
            {
                job.Token = reader.Text(before?.Token);
            }
            else if (name.SequenceEqual("worker"u8))
            {
                job.Worker = reader.Text(before?.Worker);
            }
            else if (name.SequenceEqual("expiresAt"u8))
            {
                job.LeaseEndsAt = reader.GetDateTimeOffset();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadError(ref Utf8JsonReader reader, JobVersion job, JobVersion? before)
    {
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("type"u8))
            {
                job.ErrorType = reader.Text(before?.ErrorType);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static Dictionary<string, string> ReadLabels(ref Utf8JsonReader reader)
    {
        var labels = new Dictionary<string, string>();
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            string key = Encoding.UTF8.GetString(name);
            labels[key] = reader.GetString()!;
        }

        return labels;
    }

    private static List<AttemptRead> ReadAttempts(ref Utf8JsonReader reader, JobVersion? before)
    {
        var attempts = new List<AttemptRead>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            AttemptRead like = before is not null && attempts.Count < before.Attempts.Count ? before.Attempts[attempts.Count] : default;
            attempts.Add(ReadAttempt(ref reader, like));
        }

        return attempts;
    }

    private static AttemptRead ReadAttempt(ref Utf8JsonReader reader, AttemptRead like)
    {
        int number = 0;
        string worker = "", token = "";
        DateTimeOffset startedAt = default;
        string? outcome = null;
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("number"u8))
            {
                number = (int)reader.Whole();
            }
            else if (name.SequenceEqual("worker"u8))
            {
                worker = reader.Text(like.Worker);
            }
            else if (name.SequenceEqual("token"u8))
            {
                token = reader.Text(like.Token);
            }
            else if (name.SequenceEqual("startedAt"u8))
            {
                startedAt = reader.GetDateTimeOffset();
            }
            else if (name.SequenceEqual("outcome"u8))
            {
                outcome = string.Intern(reader.Text(like.Outcome));
            }
            else
            {
                reader.Skip();
            }
        }

        return new AttemptRead(number, worker, token, startedAt, outcome);
    }

    private static int HashOf(ReadOnlySpan<byte> text)
    {
        var hash = new HashCode();
        hash.AddBytes(text);
        return hash.ToHashCode() | 1;
    }
}
