using System.Text.Json;

namespace Sidecar.Conformance.Recorded;

/// <summary>What one run of the recording script saw: the file's <c>exchanges</c> and <c>deliveries</c>.</summary>
internal sealed record Recording(IReadOnlyList<Exchange> Exchanges, IReadOnlyList<Delivery> Deliveries)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>Reads <paramref name="name"/><c>.json</c> and numbers exchanges of the same name.</summary>
    public static Recording Read(string name)
    {
        using FileStream file = File.OpenRead(Path.Combine(RecordingsFolder.Path, name + ".json"));
        Recording recording = JsonSerializer.Deserialize<Recording>(file, Web)!;
        var seen = new Dictionary<string, int>();
        return recording with
        {
            Exchanges =
            [
                .. recording.Exchanges.Select(exchange =>
                {
                    int number = seen[exchange.Name] = seen.GetValueOrDefault(exchange.Name) + 1;
                    return number == 1 ? exchange : exchange with { Where = $"{exchange.Name} #{number}" };
                }),
            ],
        };
    }
}

/// <summary>One request and its answer; no answer when nobody was listening yet.</summary>
internal sealed record Exchange(string Name, RecordedRequest Request, RecordedResponse? Response)
{
    /// <summary>The name, numbered from the second of that name on.</summary>
    public string Where { get; init; } = Name;
}

internal sealed record RecordedRequest(string Verb, string Path, Dictionary<string, string>? Headers, string? Body);

internal sealed record RecordedResponse(int Status, Dictionary<string, string> Headers, string Body)
{
    public string? Header(string name) =>
        Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>One call of the sidecar to the app.</summary>
internal sealed record Delivery(string Route, Dictionary<string, string> Headers, JsonElement Body);
