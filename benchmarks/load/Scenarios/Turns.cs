using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Load;

/// <summary>What callers do in a turn. A factory each: some keep something from turn to turn.</summary>
internal static class Turns
{
    private static readonly byte[] Batch = Request.Post("/jobs/batch", Texts.BatchOf(Texts.Job, Texts.LifeJobs));
    private static readonly byte[] LeaseOne = Request.Post("/queues/load/lease", """{"worker":"load","max":1}""");
    private static readonly byte[] LeaseMany =
        Request.Post("/queues/load/lease", $$"""{"worker":"load","max":{{Texts.LifeJobs.ToString(CultureInfo.InvariantCulture)}}}""");

    /// <summary>One job.</summary>
    public static Func<Caller, ValueTask<Turn>> Submit() => Posts(Texts.Submission, 1);

    /// <summary>A hundred at once.</summary>
    public static Func<Caller, ValueTask<Turn>> SubmitBatch() => Posts(Texts.Batch, Texts.BatchJobs);

    /// <summary>One job, each caller to a queue of its own.</summary>
    public static Func<Caller, ValueTask<Turn>> SubmitToOwnQueue(int callers)
    {
        byte[][] requests =
        [
            .. Enumerable.Range(0, callers)
                .Select(number => Request.Post("/jobs", Texts.JobOf(string.Create(CultureInfo.InvariantCulture, $"load-{number}")))),
        ];
        return async caller =>
        {
            await caller.Connection.DemandAsync(requests[caller.Number]);
            return new Turn(1, 1);
        };
    }

    /// <summary>Submits a job, leases one and completes it. Another caller may have taken the one that was just submitted.</summary>
    public static Func<Caller, ValueTask<Turn>> Life() => static async caller =>
    {
        int requests = 2;
        await caller.Connection.DemandAsync(Texts.Submission);
        (string Id, string Token)[] leased;
        do
        {
            leased = Leased(await caller.Connection.DemandAsync(LeaseOne));
            requests++;
        }
        while (leased.Length == 0);
        byte[] complete = Encoding.UTF8.GetBytes($$"""{"leaseToken":"{{leased[0].Token}}","result":1}""");
        await caller.PostAsync($"/jobs/{leased[0].Id}/complete", complete);
        return new Turn(1, requests);
    };

    /// <summary>The same with fifty jobs in each request.</summary>
    public static Func<Caller, ValueTask<Turn>> LifeInBatches() => static async caller =>
    {
        int requests = 2;
        await caller.Connection.DemandAsync(Batch);
        (string Id, string Token)[] leased;
        do
        {
            leased = Leased(await caller.Connection.DemandAsync(LeaseMany));
            requests++;
        }
        while (leased.Length == 0);
        await caller.PostAsync("/jobs/report", Reports(leased));
        return new Turn(leased.Length, requests);
    };

    /// <summary>The ids and tokens of an answer to a lease; none: nothing was there.</summary>
    public static (string Id, string Token)[] Leased(ReadOnlyMemory<byte> answer)
    {
        if (answer.Length == 0)
        {
            return [];
        }

        var found = new List<(string, string)>();
        var reader = new Utf8JsonReader(answer.Span);
        string? id = null;
        string? token = null;
        while (reader.Read())
        {
            // Members of the jobs themselves, and not of what is in them.
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 2)
            {
                if (reader.ValueTextEquals("id"u8))
                {
                    reader.Read();
                    id = reader.GetString();
                }
                else if (reader.ValueTextEquals("leaseToken"u8))
                {
                    reader.Read();
                    token = reader.GetString();
                }
            }
            else if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 1)
            {
                found.Add((id!, token!));
            }
        }

        return [.. found];
    }

    /// <summary>The ids in an answer to submissions.</summary>
    public static IReadOnlyList<string> IdsOf(ReadOnlyMemory<byte> answer)
    {
        var ids = new List<string>();
        var reader = new Utf8JsonReader(answer.Span);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                ids.Add(reader.GetString()!);
            }
        }

        return ids.Count > 0 ? ids : throw new IOException($"No ids: {Encoding.UTF8.GetString(answer.Span)}");
    }

    /// <summary>Completes them all.</summary>
    public static byte[] Reports((string Id, string Token)[] leased)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteStartArray("reports"u8);
        foreach ((string id, string token) in leased)
        {
            json.WriteStartObject();
            json.WriteString("jobId"u8, id);
            json.WriteString("action"u8, "complete"u8);
            json.WriteString("leaseToken"u8, token);
            json.WriteNumber("result"u8, 1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }

    private static Func<Caller, ValueTask<Turn>> Posts(byte[] request, int jobs) => async caller =>
    {
        await caller.Connection.DemandAsync(request);
        return new Turn(jobs, 1);
    };
}
