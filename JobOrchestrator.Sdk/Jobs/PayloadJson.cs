using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace JobOrchestrator.Sdk;

/// <summary>The caller's own JSON: inputs, states, results.</summary>
internal static class PayloadJson
{
    /// <summary>Web defaults: camelCase, names compared without case, numbers also from strings.</summary>
    public static JsonSerializerOptions Default => JsonSerializerOptions.Web;

    public static T? Read<T>(JsonElement? element, JsonSerializerOptions? json) =>
        element is { } value ? value.Deserialize<T>(json ?? Default) : default;

    /// <summary>As the type that the value is declared as.</summary>
    public static JsonElement? Write<T>(T value, JsonSerializerOptions? json) => Write(value, typeof(T), json);

    /// <summary>
    /// As the declared type where that decides what stands in the JSON: a base whose derived types have names, a list of such, a type
    /// with a converter. Otherwise by the value's real type, so that what is declared as an interface or a plain base keeps all its
    /// members; and what is declared as nothing in particular has its name if a base of it gives it one.
    /// </summary>
    public static JsonElement? Write(object? value, Type declared, JsonSerializerOptions? json) => value switch
    {
        null => null,
        // One that was never set is no value.
        JsonElement { ValueKind: JsonValueKind.Undefined } => null,
        // The document that it is a part of may be disposed of before it is sent.
        JsonElement element => element.Clone(),
        _ => JsonSerializer.SerializeToElement(value, Written(value.GetType(), declared, json ?? Default), json ?? Default),
    };

    private static Type Written(Type actual, Type declared, JsonSerializerOptions json)
    {
        if (actual == declared || !declared.IsAssignableFrom(actual))
        {
            return actual;
        }

        json.MakeReadOnly(populateMissingResolver: true);
        if (declared != typeof(object)
            && (!json.TryGetTypeInfo(declared, out JsonTypeInfo? known)
                || known.Kind != JsonTypeInfoKind.Object
                || known.PolymorphismOptions is not null))
        {
            return declared;
        }

        return declared == typeof(object) || declared.IsInterface ? NamedBy(actual, json) ?? actual : actual;
    }

    /// <summary>The nearest base or interface that has a name for a type; null when none has.</summary>
    private static Type? NamedBy(Type actual, JsonSerializerOptions json)
    {
        for (Type? type = actual.BaseType; type is not null && type != typeof(object); type = type.BaseType)
        {
            if (Names(type, actual, json))
            {
                return type;
            }
        }

        return Array.Find(actual.GetInterfaces(), type => Names(type, actual, json));
    }

    private static bool Names(Type type, Type actual, JsonSerializerOptions json) =>
        json.TryGetTypeInfo(type, out JsonTypeInfo? known)
        && known.PolymorphismOptions?.DerivedTypes.Any(derived => derived.DerivedType == actual) == true;
}
