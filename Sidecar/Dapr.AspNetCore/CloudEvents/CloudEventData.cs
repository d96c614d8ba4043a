using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Dapr.AspNetCore;

/// <summary>The data of a cloud event as a request would carry it.</summary>
/// <param name="Bytes">The body.</param>
/// <param name="ContentType">Its type; null when the event has no data.</param>
internal sealed record CloudEventData(byte[] Bytes, string? ContentType)
{
    private const string Json = "application/json";

    /// <summary>Null when the event cannot be: data given twice, or bytes that are not base64.</summary>
    public static CloudEventData? Of(JsonElement envelope, bool keepTextAsJson)
    {
        var data = Member(envelope, "data");
        var binary = Member(envelope, "data_base64");
        return (data, binary) switch
        {
            (not null, not null) => null,
            (null, null) => new CloudEventData([], null),
            ({ } value, null) => OfJson(value, ContentTypeOf(envelope), keepTextAsJson),
            (null, { ValueKind: JsonValueKind.String } value) =>
                value.TryGetBytesFromBase64(out var bytes) ? new CloudEventData(bytes, ContentTypeOf(envelope).Text) : null,
            _ => null,
        };
    }

    private static CloudEventData OfJson(JsonElement data, (string Text, bool IsJson) type, bool keepTextAsJson)
    {
        // Whatever is no string can only be meant as JSON; text of another type stands in the event as a JSON string.
        var bytes = data.ValueKind is not JsonValueKind.String || type.IsJson || keepTextAsJson
            ? Encoding.UTF8.GetBytes(data.GetRawText())
            : Encoding.UTF8.GetBytes(data.GetString()!);
        return new CloudEventData(bytes, type.Text);
    }

    private static (string Text, bool IsJson) ContentTypeOf(JsonElement envelope)
    {
        if (Member(envelope, "datacontenttype") is not { ValueKind: JsonValueKind.String } member
            || !MediaTypeHeaderValue.TryParse(member.GetString(), out var type))
            return (Json, true);

        var isJson = type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);
        if (!type.Charset.HasValue)
            return (member.GetString()!, isJson);

        // The body is UTF-8 by now, whatever the publisher's was.
        type.Charset = default;
        return (type.ToString(), isJson);
    }

    /// <summary>Names of members are compared as the JSON of ASP.NET Core is: ignoring case.</summary>
    private static JsonElement? Member(JsonElement envelope, string name)
    {
        if (envelope.TryGetProperty(name, out var exact))
            return exact;
        foreach (var member in envelope.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        }

        return null;
    }
}
