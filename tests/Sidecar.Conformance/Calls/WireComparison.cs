using System.Text;
using System.Text.Json.Nodes;
using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Calls;

/// <summary>Compares what came back for raw bytes.</summary>
internal static class WireComparison
{
    public static IEnumerable<Difference> Compare(WireExchange exchange, CallReply actual, string run)
    {
        string where = $"wire: {exchange.Name}";
        if (exchange.Response is not { } recorded)
        {
            // An expired deadline is answered or reset, as chance will have it; a caller sees the same.
            bool expired = exchange.Name.StartsWith("deadline", StringComparison.Ordinal);
            bool same = expired ? actual.Code is 1 or 4 : actual.Failure is not null;
            return same ? [] : [new Difference(where, "answer", exchange.Failure!, CallComparison.Name(actual.Code, actual.Message))];
        }

        if (actual.Failure is not null)
        {
            return [new Difference(where, "answer", $"{recorded.HttpStatus}", CallComparison.Name(actual.Code, actual.Message))];
        }

        CallReply before = new(
            recorded.HttpStatus, Headers(recorded.Headers), Convert.FromBase64String(recorded.Base64), Headers(recorded.Trailers));
        CallExchange call = new()
        {
            Name = exchange.Name,
            App = exchange.App,
            Where = where,
            Code = before.Code,
            Message = before.Message,
            Details = before.Details,
            TrailersOnly = recorded.TrailersOnly,
            Headers = recorded.Headers,
        };
        return
        [
            .. Texts(where, "HTTP status", $"{before.HttpStatus}", $"{actual.HttpStatus}"),
            .. CallComparison.Compare(call, actual, run),
            .. Texts(where, "bytes", Bytes(before.Body, run), Bytes(actual.Body, run)),
        ];
    }

    private static Dictionary<string, string[]> Headers(JsonObject headers) =>
        headers.ToDictionary(header => header.Key, header => (string[])[header.Value!.GetValue<string>()]);

    /// <summary>The bytes with ETags replaced; their length stays.</summary>
    private static string Bytes(byte[] body, string run) => Shape.Of(Encoding.Latin1.GetString(body), run);

    private static IEnumerable<Difference> Texts(string where, string what, string recorded, string actual) =>
        recorded == actual ? [] : [new Difference(where, what, recorded, actual)];
}
