using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>One event of an outbox document.</summary>
/// <param name="Job">The job.</param>
/// <param name="Sequence">The job's sequence.</param>
/// <param name="Kind">Such as <c>created</c>.</param>
/// <param name="Status">The job's status then.</param>
/// <param name="Before">The status before; null for a new job.</param>
/// <param name="Attempt">The job's attempt then.</param>
/// <param name="Owner">The job's owner.</param>
/// <param name="Queue">The job's queue.</param>
internal sealed record EventRead(
    Guid Job, long Sequence, string Kind, Standing Status, Standing? Before, int Attempt, string? Owner, string Queue)
{
    /// <summary>The kinds of its job's events that are not published, as it says.</summary>
    public IReadOnlyList<string> Unpublished { get; init; } = [];

    /// <summary>It only says how far the job is.</summary>
    public bool IsProgress => this is { Kind: "updated", Status: Standing.InProgress, Before: Standing.InProgress };
}

/// <summary>The ledger's own reader of outbox documents.</summary>
internal static class EventReading
{
    /// <summary>The events, in order; null: the document only marks a deleted one.</summary>
    public static List<EventRead>? Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            if (!name.SequenceEqual("events"u8))
            {
                reader.Skip();
                continue;
            }

            var events = new List<EventRead>();
            byte[] text = new byte[utf8.Length];
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                int length = reader.CopyString(text);
                events.Add(ReadOne(text.AsSpan(0, length)));
            }

            return events;
        }

        return null;
    }

    private static EventRead ReadOne(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        string kind = "";
        EventRead? data = null;
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("type"u8))
            {
                kind = KindOf(reader.ValueSpan);
            }
            else if (name.SequenceEqual("data"u8))
            {
                data = ReadData(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return data is null ? throw new FormatException("An event has no data.") : data with { Kind = kind };
    }

    private static EventRead ReadData(ref Utf8JsonReader reader)
    {
        Guid job = default;
        long sequence = 0;
        Standing status = default;
        Standing? before = null;
        int attempt = 0;
        string? owner = null;
        string queue = "";
        List<string> unpublished = [];
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("jobId"u8))
            {
                job = reader.GetGuid();
            }
            else if (name.SequenceEqual("sequence"u8))
            {
                sequence = reader.Whole();
            }
            else if (name.SequenceEqual("status"u8))
            {
                status = Standings.Parse(reader.ValueSpan);
            }
            else if (name.SequenceEqual("previousStatus"u8))
            {
                before = Standings.Parse(reader.ValueSpan);
            }
            else if (name.SequenceEqual("attempt"u8))
            {
                attempt = (int)reader.Whole();
            }
            else if (name.SequenceEqual("owner"u8))
            {
                owner = reader.GetString();
            }
            else if (name.SequenceEqual("queue"u8))
            {
                queue = reader.GetString()!;
            }
            else if (name.SequenceEqual("unpublished"u8))
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    unpublished.Add(reader.GetString()!);
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return new EventRead(job, sequence, "", status, before, attempt, owner, queue) { Unpublished = unpublished };
    }

    private static string KindOf(ReadOnlySpan<byte> type) => type switch
    {
        _ when type.SequenceEqual("job.created"u8) => "created",
        _ when type.SequenceEqual("job.updated"u8) => "updated",
        _ when type.SequenceEqual("job.completed"u8) => "completed",
        _ when type.SequenceEqual("job.failed"u8) => "failed",
        _ when type.SequenceEqual("job.cancelled"u8) => "cancelled",
        _ => throw new FormatException($"An event's type reads '{Encoding.UTF8.GetString(type)}'."),
    };
}
