using Sidecar.Conformance.Recorded;

namespace JobOrchestrator.Simulation.Tests.Replay;

/// <summary>All that the models do otherwise than recorded, and why.</summary>
internal static class KnownDifferences
{
    private const string RedisJson = "Redis was asked for documents of a module that it did not have; the service never asks for it.";

    private static readonly (string Preset, string Where, string Reason)[] All =
    [
        ("in-memory", "http: get twice", "Of a key that is named twice in one save either value may win."),
        ("redis", "http: get twice", "Of a key that is named twice in one save either value may win."),
        ("redis", "http: txn contentType JSON", RedisJson),
        ("redis", "http: after contentType JSON", RedisJson),
        ("redis", "http: txn contentType JSON, value that is no JSON", RedisJson),
        ("redis", "http: after contentType JSON, value that is no JSON", RedisJson),
        ("*", "http: by HTTP: read bytes that gRPC wrote", "The recording has kept text, and these bytes are none."),
        ("*", "http: by HTTP: bulk read what gRPC wrote", "The sidecar's own encoder gives up on bytes that are no JSON."),
    ];

    /// <summary>What is wrong: differences that are not listed, and listed ones of an exchange that shows none. Empty: nothing.</summary>
    public static string Verdict(string preset, IReadOnlyList<StateExchange> exchanges, IReadOnlyList<Difference> found)
    {
        string[] listed =
        [
            .. All.Where(one => (one.Preset == "*" || one.Preset == preset) && exchanges.Any(exchange => exchange.Where == one.Where))
                .Select(one => one.Where),
        ];
        return string.Join(
            Environment.NewLine,
            [
                .. found.Where(difference => !listed.Contains(difference.Where)).Select(difference => $"not listed: {difference}"),
                .. listed.Where(one => found.All(difference => difference.Where != one)).Select(one => $"listed, but not seen: {one}"),
            ]);
    }
}
