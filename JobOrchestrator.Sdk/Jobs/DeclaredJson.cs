using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Reads values that have to be what they are declared as, whatever else the options say: what a record's constructor or
/// <c>required</c> asks for has to be there, and what cannot be null is not null. A member that may be null may be missing too: writers
/// leave nulls out.
/// </summary>
internal static class DeclaredJson
{
    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Strict = [];

    /// <exception cref="Exception">
    /// It is not what it is declared as: whatever the serializer, or a constructor or setter, throws.
    /// </exception>
    public static T? Read<T>(JsonElement? element, JsonSerializerOptions json) =>
        element is { } value ? value.Deserialize<T>(Of(json)) : default;

    /// <summary>Whether a type's derived types have names, by which a value of it says what it is.</summary>
    public static bool IsPolymorphic(Type type, JsonSerializerOptions json) =>
        Of(json).TryGetTypeInfo(type, out JsonTypeInfo? known) && known.PolymorphismOptions is not null;

    private static JsonSerializerOptions Of(JsonSerializerOptions json) => Strict.GetValue(json, static lenient =>
    {
        var strict = new JsonSerializerOptions(lenient)
        {
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            // Other writers order members as they like.
            AllowOutOfOrderMetadataProperties = true,
        };
        strict.TypeInfoResolver = (lenient.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver())
            .WithAddedModifier(LetNullsBeMissing)
            .WithAddedModifier(RequireWhatAStructIsMadeOf);
        return strict;
    });

    private static void LetNullsBeMissing(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (property is { IsRequired: true, AssociatedParameter: { IsNullable: true } parameter } && !parameter.IsMemberInitializer
                && property.AttributeProvider?.IsDefined(typeof(JsonRequiredAttribute), inherit: true) != true)
            {
                property.IsRequired = false;
            }
        }
    }

    /// <summary>
    /// A struct can always be made of nothing, and so the serializer makes it: what its one constructor asks for (that of a record struct)
    /// would be zeroes.
    /// </summary>
    private static void RequireWhatAStructIsMadeOf(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || !type.Type.IsValueType || type.Type.GetConstructors() is not [var only])
        {
            return;
        }

        foreach (ParameterInfo parameter in only.GetParameters().Where(parameter => !parameter.HasDefaultValue))
        {
            JsonPropertyInfo? property = type.Properties.FirstOrDefault(one =>
                one.AttributeProvider is PropertyInfo member
                && member.PropertyType == parameter.ParameterType
                && member.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase));
            if (property is { Set: not null, AssociatedParameter: null, IsSetNullable: false }
                && Nullable.GetUnderlyingType(property.PropertyType) is null)
            {
                property.IsRequired = true;
            }
        }
    }
}
