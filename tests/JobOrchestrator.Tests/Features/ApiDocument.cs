using System.Globalization;
using System.Text.Json;

namespace JobOrchestrator.Tests.Features;

/// <summary>The API's own document, and what it has against an answer.</summary>
internal sealed class ApiDocument(JsonElement root)
{
    private static readonly string[] OurHeaders =
        ["Location", "ETag", "Retry-After", "Link", "Preference-Applied", "Idempotency-Replayed", "WWW-Authenticate"];

    public static async Task<ApiDocument> OfAsync(ApiHost host) => new((await host.GetAsync("/openapi/v1.json")).Json);

    public JsonElement Root => root;

    public JsonElement Schemas => root.GetProperty("components").GetProperty("schemas");

    /// <summary>Every operation: its method, its path and what is said of it.</summary>
    public IEnumerable<(string Method, string Path, JsonElement Said)> Operations =>
        from path in root.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name, path.Name, operation.Value);

    /// <summary>What is said of an operation.</summary>
    public JsonElement Operation(string id) =>
        Operations.Single(operation => operation.Said.GetProperty("operationId").GetString() == id).Said;

    /// <summary>What a reference leads to; else the element itself.</summary>
    public JsonElement Resolve(JsonElement element)
    {
        if (!element.TryGetProperty("$ref", out JsonElement reference))
        {
            return element;
        }

        JsonElement found = root;
        foreach (string step in reference.GetString()!.Split('/')[1..])
        {
            found = found.GetProperty(step);
        }

        return found;
    }

    /// <summary>What of an answer is not as the document says.</summary>
    public IEnumerable<string> Faults(string operation, Answer answer)
    {
        string status = ((int)answer.Status).ToString(CultureInfo.InvariantCulture);
        if (!Operation(operation).GetProperty("responses").TryGetProperty(status, out JsonElement response))
        {
            return [$"{operation} {status} is not in the document: {answer.Text}"];
        }

        IEnumerable<string> headers = OurHeaders
            .Where(name => answer[name] is not null
                && !(response.TryGetProperty("headers", out JsonElement said) && said.TryGetProperty(name, out _)))
            .Select(name => $"{operation} {status} has {name}, and the document does not");
        return headers.Concat(BodyFaults(response, answer).Select(fault => $"{operation} {status} {fault}"));
    }

    private IEnumerable<string> BodyFaults(JsonElement response, Answer answer)
    {
        bool isSaid = response.TryGetProperty("content", out JsonElement content);
        if (answer.Body.Length == 0 || !isSaid)
        {
            return answer.Body.Length == 0 == !isSaid ? [] : ["has a body only here or only in the document"];
        }

        string mediaType = answer["Content-Type"]!.Split(';')[0];
        return content.TryGetProperty(mediaType, out JsonElement said)
            ? ValueFaults("", said.GetProperty("schema"), answer.Json)
            : [$"is {mediaType}, which the document does not have"];
    }

    private IEnumerable<string> ValueFaults(string place, JsonElement schema, JsonElement value)
    {
        schema = Resolve(schema);
        if (!schema.TryGetProperty("type", out JsonElement type))
        {
            return [];
        }

        return (type.GetString(), value.ValueKind) switch
        {
            (_, JsonValueKind.Null) =>
                schema.TryGetProperty("nullable", out JsonElement nullable) && nullable.GetBoolean() ? [] : [$"{place} is null"],
            ("object", JsonValueKind.Object) => ObjectFaults(place, schema, value),
            ("array", JsonValueKind.Array) =>
                value.EnumerateArray().SelectMany((item, index) => ValueFaults($"{place}/{index}", schema.GetProperty("items"), item)),
            ("string", JsonValueKind.String) => TextFaults(place, schema, value),
            ("boolean", JsonValueKind.True or JsonValueKind.False) => [],
            ("integer", JsonValueKind.Number) when value.TryGetInt64(out _) => NumberFaults(place, schema, value),
            ("number", JsonValueKind.Number) => NumberFaults(place, schema, value),
            _ => [$"{place} is {value.ValueKind}, not {type}"],
        };
    }

    private IEnumerable<string> ObjectFaults(string place, JsonElement schema, JsonElement value)
    {
        if (!schema.TryGetProperty("properties", out JsonElement properties))
        {
            return value.EnumerateObject().SelectMany(
                member => ValueFaults($"{place}/{member.Name}", schema.GetProperty("additionalProperties"), member.Value));
        }

        IEnumerable<string> missing = schema.TryGetProperty("required", out JsonElement required)
            ? required.EnumerateArray().Select(name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _))
            : [];
        return missing.Select(name => $"{place}/{name} is missing").Concat(value.EnumerateObject().SelectMany(member =>
            properties.TryGetProperty(member.Name, out JsonElement said)
                ? ValueFaults($"{place}/{member.Name}", said, member.Value)
                : [$"{place}/{member.Name} is not in the document"]));
    }

    private static IEnumerable<string> TextFaults(string place, JsonElement schema, JsonElement value)
    {
        bool fits = !schema.TryGetProperty("format", out JsonElement format) || format.GetString() switch
        {
            "uuid" => value.TryGetGuid(out _),
            "date-time" => value.TryGetDateTimeOffset(out _),
            "uri" => Uri.TryCreate(value.GetString(), UriKind.Absolute, out _),
            _ => false,
        };
        bool isKnown = !schema.TryGetProperty("enum", out JsonElement words)
            || words.EnumerateArray().Any(word => word.GetString() == value.GetString());
        return fits && isKnown ? [] : [$"{place} is {value}"];
    }

    private static IEnumerable<string> NumberFaults(string place, JsonElement schema, JsonElement value)
    {
        double number = value.GetDouble();
        bool fits = !(schema.TryGetProperty("minimum", out JsonElement least) && number < least.GetDouble())
            && !(schema.TryGetProperty("maximum", out JsonElement most) && number > most.GetDouble())
            && (schema.GetProperty("format").GetString() != "int32" || value.TryGetInt32(out _));
        return fits ? [] : [$"{place} is {value}"];
    }
}
