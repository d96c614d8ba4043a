using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Dapr.AspNetCore;

/// <summary>Puts members of an envelope into request headers.</summary>
internal static class CloudEventHeaders
{
    // The data is the body; the sidecar sends the last two as headers itself.
    private static readonly string[] Never = ["data", "data_base64", "datacontenttype", "pubsubname", "traceparent"];

    public static void Forward(JsonElement envelope, IHeaderDictionary headers, CloudEventsMiddlewareOptions options)
    {
        foreach (var member in envelope.EnumerateObject())
        {
            if (!Contains(Never, member.Name) && IsWanted(member.Name, options) && Text(member.Value) is { } text)
                headers.TryAdd($"Cloudevent.{member.Name.ToLowerInvariant()}", text);
        }
    }

    private static bool IsWanted(string name, CloudEventsMiddlewareOptions options) =>
        options.IncludedCloudEventPropertiesAsHeaders is { } included
            ? Contains(included, name)
            : options.ExcludedCloudEventPropertiesFromHeaders is not { } excluded || !Contains(excluded, name);

    /// <summary>The value as written; null when a header could not hold it, control characters and all.</summary>
    private static string? Text(JsonElement value)
    {
        var text = value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.Any(char.IsControl) ? null : text;
    }

    private static bool Contains(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
