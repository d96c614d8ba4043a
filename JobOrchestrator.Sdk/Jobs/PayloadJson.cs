using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>The caller's own JSON: inputs, states, results.</summary>
internal static class PayloadJson
{
    /// <summary>Web defaults: camelCase, names compared without case, numbers also from strings.</summary>
    public static JsonSerializerOptions Default => JsonSerializerOptions.Web;

    public static T? Read<T>(JsonElement? element, JsonSerializerOptions? json) =>
        element is { } value ? value.Deserialize<T>(json ?? Default) : default;

    /// <summary>By the value's real type, so that an input declared as an interface or a base keeps all its members.</summary>
    public static JsonElement? Write<T>(T value, JsonSerializerOptions? json) => value switch
    {
        null => null,
        // One that was never set is no value.
        JsonElement { ValueKind: JsonValueKind.Undefined } => null,
        // The document that it is a part of may be disposed of before it is sent.
        JsonElement element => element.Clone(),
        _ => JsonSerializer.SerializeToElement(value, value.GetType(), json ?? Default),
    };
}
