using System.Globalization;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Simulation.Models;
using Sidecar.Conformance.Recorded;

namespace JobOrchestrator.Simulation.Tests.Replay;

/// <summary>The state requests of an HTTP recording.</summary>
internal static class HttpExchanges
{
    private const string Store = "/v1.0/state/jobs";
    private const int Unauthorized = 401;

    private static readonly Dictionary<WriteResult, string> Statuses = new()
    {
        [WriteResult.Done] = "204",
        [WriteResult.Conflict] = "409",
        [WriteResult.InvalidETag] = "400",
        [WriteResult.TooLarge] = "400",
        [WriteResult.NoJson] = "400",
        [WriteResult.Failed] = "500",
    };

    /// <summary>Those of them that the sidecar hands to the store.</summary>
    public static IReadOnlyList<StateExchange> Read(string recording) =>
        [.. Recording.Read(recording).Exchanges.Select(exchange => Of(exchange)).OfType<StateExchange>()];

    /// <summary>Null: it is none for the store.</summary>
    public static StateExchange? Of(Exchange exchange)
    {
        if (exchange.Response is not { } response || response.Status == Unauthorized || Request(exchange) is not { } request)
        {
            return null;
        }

        IReadOnlyList<StateDocument> documents = (request, response.Status) switch
        {
            (StateRequest.Get get, 200) => [new(get.Key, Encoding.UTF8.GetBytes(response.Body), response.Header("ETag"))],
            (StateRequest.Get get, 204) => [new(get.Key, null, null)],
            (StateRequest.GetMany, 200) when response.Body.Length > 0 => Items(response.Body),
            _ => [],
        };
        return new StateExchange(
            exchange.Where,
            request,
            new StateAnswer(response.Status.ToString(CultureInfo.InvariantCulture), documents),
            Statuses,
            ComesWithTime: exchange.Name is "ttl gone" or "ttl in a transaction: gone");
    }

    private static StateRequest? Request(Exchange exchange)
    {
        string[] path = exchange.Request.Path.Split('?');
        string rest = path[0].StartsWith(Store, StringComparison.Ordinal) ? path[0][Store.Length..] : "elsewhere";
        try
        {
            return (exchange.Request.Verb, rest) switch
            {
                ("POST" or "PUT", "") => Save(Body(exchange)),
                ("POST", "/bulk") => new StateRequest.GetMany(
                    [.. Body(exchange).GetProperty("keys").EnumerateArray().Select(key => key.GetString()!)]),
                ("POST", "/transaction") => Transact(Body(exchange)),
                ("GET", ['/', .. string key]) => new StateRequest.Get(Decoded(key), "204"),
                ("DELETE", ['/', .. string key]) => new StateRequest.Each(
                    [new(new StoreWrite(Decoded(key), null, exchange.Request.Headers?.GetValueOrDefault("If-Match")), false)]),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Decoded(string key) => Uri.UnescapeDataString(key.Replace('+', ' '));

    private static JsonElement Body(Exchange exchange) => JsonElement.Parse(Script.Bodies(exchange).First());

    private static StateRequest.Each? Save(JsonElement items) =>
        items.ValueKind == JsonValueKind.Array && Writes(items.EnumerateArray().Select(item => (item, false))) is { } writes
            && !writes.Any(write => write.Write.Key.Length == 0)
                ? new StateRequest.Each(writes)
                : null;

    private static StateRequest.Transact? Transact(JsonElement body)
    {
        JsonElement[] operations = [.. body.GetProperty("operations").EnumerateArray()];
        return operations.All(one => one.GetProperty("operation").GetString() is "upsert" or "delete")
            && Writes(operations.Select(one =>
                (one.GetProperty("request"), one.GetProperty("operation").GetString() == "delete"))) is { } writes
                ? new StateRequest.Transact(writes)
                : null;
    }

    /// <summary>Null: one of them is not for the store, or says what no component reads.</summary>
    private static List<WriteAsked>? Writes(IEnumerable<(JsonElement Item, bool IsDelete)> items)
    {
        List<WriteAsked> writes = [];
        foreach ((JsonElement item, bool isDelete) in items)
        {
            string key = item.GetProperty("key").GetString()!;
            string? ttl = Text(item, "metadata", "ttlInSeconds");
            if (key.Contains("||", StringComparison.Ordinal) || !LengthOfLife.TryRead(ttl, out long? seconds))
            {
                return null;
            }

            string value = item.TryGetProperty("value", out JsonElement given) ? given.GetRawText() : "null";
            writes.Add(new(
                new StoreWrite(
                    key,
                    isDelete ? null : Encoding.UTF8.GetBytes(value),
                    item.TryGetProperty("etag", out JsonElement etag) ? etag.GetString() : null,
                    Text(item, "options", "concurrency") switch
                    {
                        "first-write" => Concurrency.FirstWrite,
                        "last-write" => Concurrency.LastWrite,
                        _ => Concurrency.Unsaid,
                    },
                    seconds),
                IsRewritten: !isDelete));
        }

        return writes;
    }

    private static string? Text(JsonElement item, string member, string name) =>
        item.TryGetProperty(member, out JsonElement members) && members.TryGetProperty(name, out JsonElement text)
            ? text.GetString()
            : null;

    private static List<StateDocument> Items(string body) =>
    [
        .. JsonElement.Parse(body).EnumerateArray().Select(item => new StateDocument(
            item.GetProperty("key").GetString()!,
            item.TryGetProperty("data", out JsonElement data) ? Encoding.UTF8.GetBytes(data.GetRawText()) : null,
            item.TryGetProperty("etag", out JsonElement etag) ? etag.GetString() : null)),
    ];
}
