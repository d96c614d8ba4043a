using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Sidecar.Conformance.Calls;

/// <content>The requests that were too large to keep.</content>
internal static partial class CallScript
{
    // Makes the answer as large as the recorded refusal says.
    private const int LargeValue = 900 * 1024;

    /// <summary>The request, made up where it was too large to keep.</summary>
    public static JsonNode? Request(CallExchange exchange) => exchange.Name switch
    {
        "txn of 200 upserts" => Upserts(200),
        "txn of 2000 upserts" => Upserts(2000),
        // Reflection was asked on a stream, with one message.
        _ => exchange.Request ?? exchange.Stream?[0]?["send"],
    };

    /// <summary>The documents that a bulk get of 5.3 MiB reads.</summary>
    public static IEnumerable<CallExchange> LargeSaves(CallExchange get) => get.Request!["keys"]!.AsArray().Select(key => get with
    {
        Where = $"{get.Where}: save {key}",
        Method = "/dapr.proto.runtime.v1.Dapr/SaveState",
        Request = new JsonObject
        {
            ["storeName"] = "jobs",
            ["states"] = new JsonArray(new JsonObject { ["key"] = key!.DeepClone(), ["value"] = $"<{LargeValue} bytes 'x'>" }),
        },
        Response = new JsonObject(),
        Code = 0,
        Message = null,
    });

    private static JsonObject Upserts(int count) => new()
    {
        ["storeName"] = "jobs",
        ["operations"] = new JsonArray([.. Enumerable.Range(0, count).Select(number => new JsonObject
        {
            ["operationType"] = "upsert",
            ["request"] = new JsonObject
            {
                ["key"] = string.Create(CultureInfo.InvariantCulture, $"m{number}-RUN"),
                ["value"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"i":{{number}}}""")),
            },
        })]),
    };
}
