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
        JsonElement element => element,
        _ => JsonSerializer.SerializeToElement(value, value.GetType(), json ?? Default),
    };
}
