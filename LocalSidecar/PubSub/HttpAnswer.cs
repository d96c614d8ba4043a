using System.Text.Json;

namespace LocalSidecar.PubSub;

/// <summary>Reads what apps answer to deliveries over HTTP.</summary>
internal static class HttpAnswer
{
    // Half a surrogate pair, or bytes that are no UTF-8: well-formed to the parser, and no text. Go reads it with this in its place.
    private const string Unreadable = "\uFFFD";

    /// <summary>
    /// The answer to one message: a 2xx is yes unless its body says otherwise; 404 means that nobody there will ever want it.
    /// </summary>
    public static DeliveryOutcome Of(int status, byte[] body)
    {
        if (status is < 200 or >= 300)
        {
            return status == 404 ? DeliveryOutcome.Dropped : DeliveryOutcome.Failed;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && Find(json.RootElement, "status") is { ValueKind: JsonValueKind.String } word
                ? Of(Text(word), DeliveryOutcome.Done)
                : DeliveryOutcome.Done;
        }
        catch (JsonException)
        {
            return DeliveryOutcome.Done;
        }
    }

    /// <summary>The answer to a batch: an entry that is not named is tried again, so an empty body fails them all.</summary>
    public static Dictionary<string, DeliveryOutcome> OfBatch(byte[] body)
    {
        var outcomes = new Dictionary<string, DeliveryOutcome>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && Find(json.RootElement, "statuses") is { ValueKind: JsonValueKind.Array } statuses)
            {
                foreach (JsonElement entry in statuses.EnumerateArray().Where(static entry => entry.ValueKind == JsonValueKind.Object))
                {
                    if (Find(entry, "entryId") is { ValueKind: JsonValueKind.String } id
                        && Find(entry, "status") is { ValueKind: JsonValueKind.String } word)
                    {
                        outcomes[Text(id)] = Of(Text(word), DeliveryOutcome.Failed);
                    }
                }
            }
        }
        catch (JsonException)
        {
            outcomes.Clear();
        }

        return outcomes;
    }

    private static DeliveryOutcome Of(string word, DeliveryOutcome empty) => word switch
    {
        "" => empty,
        "SUCCESS" => DeliveryOutcome.Done,
        "DROP" => DeliveryOutcome.Dropped,
        _ => DeliveryOutcome.Failed,
    };

    private static string Text(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unreadable;
        }
    }

    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return Unreadable;
        }
    }

    private static JsonElement? Find(JsonElement of, string name)
    {
        foreach (JsonProperty member in of.EnumerateObject())
        {
            if (NameOf(member).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return null;
    }
}
