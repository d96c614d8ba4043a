using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace JobOrchestrator.Sdk;

/// <summary>Answers with many items in them, which are read one by one: an odd one among them spoils nothing but itself.</summary>
internal static class OneByOne
{
    // However deep one item is, the answer can be taken apart; what reads the item has a limit.
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>The jobs of POST /queues/{q}/lease; null for each that cannot be read, or whose lease cannot be named.</summary>
    /// <exception cref="Exception">It is no such answer.</exception>
    public static List<LeasedJob?> Leases(ReadOnlyMemory<byte> utf8)
    {
        using var answer = JsonDocument.Parse(utf8, AnyDepth);
        return Items(answer.RootElement, WireJson.Wire.LeasedJob, job => job is { Id.Length: > 0, LeaseToken.Length: > 0 });
    }

    /// <summary>
    /// The outcomes of POST /jobs/report and of /jobs/cancels; null for each that cannot be read or says nothing. What was not reported
    /// for certain must not count as reported, so one without a status is none.
    /// </summary>
    /// <exception cref="Exception">It is no such answer.</exception>
    public static List<ReportOutcome?> Outcomes(ReadOnlyMemory<byte> utf8)
    {
        using var answer = JsonDocument.Parse(utf8, AnyDepth);
        return Items(
            answer.RootElement.GetProperty("outcomes"u8),
            WireJson.Wire.ReportOutcome,
            outcome => outcome.Status is (>= 200 and < 300) or (>= 400 and < 600));
    }

    private static List<T?> Items<T>(JsonElement array, JsonTypeInfo<T> type, Predicate<T> isWhole)
        where T : class =>
        [.. array.EnumerateArray().Select(item => Read(item, type) is { } read && isWhole(read) ? read : null)];

    private static T? Read<T>(JsonElement item, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return item.Deserialize(type);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
