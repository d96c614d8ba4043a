using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Sidecar.Conformance.Calls;

/// <summary>How the gRPC app of the recordings answers; the README beside them has the list.</summary>
internal sealed record AppAnswer(int Code, string Text, JsonNode? Message)
{
    private const string Large = "<5242880 bytes 'y'>";

    public JsonArray? Details { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public JsonObject? Trailers { get; init; }

    /// <summary>Only after two seconds.</summary>
    public bool Late { get; init; }

    private static JsonArray ExampleDetails => new(JsonNode.Parse(
        """{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"example","metadata":{"a":"b"},"reason":"APP"}"""));

    private static JsonObject Trailer => new() { ["x-trailer"] = "two" };

    public static AppAnswer Ok(JsonNode message) => new(0, "", message);

    public static AppAnswer Failed(int code, string text) => new(code, text, null);

    public static AppAnswer OfTopic(string topic, int attempt) => topic switch
    {
        "retry" when attempt <= 2 => Status("RETRY"),
        "retryforever" => Status("RETRY"),
        "drop" or "dropnodead" => Status("DROP"),
        "unimplemented" => Failed(12, "not here"),
        "internal" => Failed(13, "broken") with { Details = ExampleDetails },
        "internalonce" when attempt == 1 => Failed(13, "broken once") with { Details = ExampleDetails },
        "notfound" => Failed(5, "not found") with { Details = ExampleDetails },
        "odd" when attempt == 1 => Status(99),
        _ => Ok(new JsonObject()),
    };

    public static AppAnswer OfBulk(string topic, string method, JsonNode request) => topic switch
    {
        "bulkalpha" when method == "OnBulkTopicEvent" => Failed(12, "only the alpha method"),
        "bulknone" => Failed(12, "neither method"),
        "bulkfail" => Failed(13, "broken") with { Details = ExampleDetails },
        _ => Ok(Statuses(request["entries"]!.AsArray(), mixed: topic == "bulkmixed")),
    };

    public static AppAnswer OfInvocation(JsonNode request)
    {
        string method = request["method"]?.GetValue<string>() ?? "";
        JsonNode? data = request["data"];
        switch (method)
        {
            case "echo":
                JsonObject echo = new() { ["data"] = data?.DeepClone() };
                if (request["contentType"] is { } type)
                {
                    echo["contentType"] = type.DeepClone();
                }

                return Ok(echo) with
                {
                    Headers = new Dictionary<string, string> { ["x-app"] = "one", ["x-app-bin"] = "AP8=" },
                    Trailers = Trailer,
                };
            case "empty":
                return Ok(new JsonObject());
            case "notfound":
                return Failed(5, "no such thing") with
                {
                    Details = ExampleDetails,
                    Headers = new Dictionary<string, string> { ["x-app"] = "one" },
                    Trailers = Trailer,
                };
            case "internal":
                return Failed(13, "broken") with { Details = ExampleDetails };
            case "plain":
                return Failed(2, "a plain error");
            case "length":
                return Ok(Data(Length(data!["value"]!.GetValue<string>()), "text/plain"));
            case "big":
                JsonObject big = Data("", "application/octet-stream");
                big["data"]!["value"] = Large;
                return Ok(big);
            case "slow":
                return Ok(Data("late", null)) with { Late = true };
            default:
                return Failed(12, $"unknown method {method}");
        }
    }

    public static AppAnswer OfEcho(string method, string text) => method switch
    {
        "/echo.Echo/Say" => Ok(JsonValue.Create($"you said {text}")) with
        {
            Headers = new Dictionary<string, string> { ["x-app"] = "one", ["x-app-bin"] = "AP8=" },
            Trailers = Trailer,
        },
        "/echo.Echo/Fail" => Failed(5, "no such thing") with { Details = ExampleDetails, Trailers = Trailer },
        "/echo.Echo/Slow" => Ok(JsonValue.Create("late")) with { Late = true },
        "/echo.Echo/Big" => Ok(JsonValue.Create(Large)),
        "/echo.Echo/Length" => Ok(JsonValue.Create(text.Length.ToString(CultureInfo.InvariantCulture))),
        _ => Failed(12, $"unknown method {method}"),
    };

    /// <summary>As the recordings have it.</summary>
    public JsonNode ToJson()
    {
        if (Message is not null)
        {
            return Message.DeepClone();
        }

        JsonObject json = new() { ["code"] = Code, ["message"] = Text };
        if (Details is not null)
        {
            json["details"] = Details.DeepClone();
        }

        return json;
    }

    private static AppAnswer Status(JsonNode status) => Ok(new JsonObject { ["status"] = status });

    private static JsonObject Statuses(JsonArray entries, bool mixed)
    {
        JsonArray statuses = [];
        foreach (JsonNode? entry in entries)
        {
            string text = mixed ? CallEvent.DataOf(entry!["cloudEvent"]!) : "{}";
            JsonNode? word = JsonNode.Parse(text)!["a"]?.GetValue<string>() switch
            {
                "retry" => "RETRY",
                "drop" => "DROP",
                "odd" => 99,
                "missing" => "missing",
                _ => null,
            };
            JsonObject status = new() { ["entryId"] = entry!["entryId"]!.DeepClone() };
            if (word is not null)
            {
                status["status"] = word;
            }

            if (word?.ToString() != "missing")
            {
                statuses.Add(status);
            }
        }

        return statuses.Count == 0 ? [] : new JsonObject { ["statuses"] = statuses };
    }

    private static string Length(string base64)
    {
        string text = Messages.Expand(base64);
        int length = text != base64 ? text.Length : Convert.FromBase64String(base64).Length;
        return length.ToString(CultureInfo.InvariantCulture);
    }

    private static JsonObject Data(string text, string? contentType)
    {
        JsonObject answer = new()
        {
            ["data"] = new JsonObject { ["typeUrl"] = "", ["value"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) },
        };
        if (contentType is not null)
        {
            answer["contentType"] = contentType;
        }

        return answer;
    }
}
