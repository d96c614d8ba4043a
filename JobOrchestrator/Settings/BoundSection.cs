using System.ComponentModel;
using System.Reflection;

namespace JobOrchestrator.Settings;

/// <summary>A section of the configuration that options are bound to, and which names it knows.</summary>
/// <param name="Name">Its path, as in <c>Jobs:Worker</c>.</param>
/// <param name="Options">What it is bound to.</param>
internal sealed record BoundSection(string Name, Type Options)
{
    /// <summary>What stands below it and is somebody else's: not looked at.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Lists below it that may be said as one text, too.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>What options know below themselves: their settings, or the words of an enum. Null: any name.</summary>
    public static IReadOnlyList<string>? NamesOf(Type type) =>
        KeyAndValueOf(type) is { } entry ? entry.Key.IsEnum ? Enum.GetNames(entry.Key) : null
        : ItemOf(type) is not null ? null
        : [.. type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(IsBound).Select(property => property.Name)];

    /// <summary>The type of what stands below under a name, whatever its case; null: nothing is read there.</summary>
    public static Type? Below(Type type, string name) =>
        KeyAndValueOf(type) is { } entry
            ? !entry.Key.IsEnum || Enum.TryParse(entry.Key, name, ignoreCase: true, out _) ? entry.Value : null
            : ItemOf(type) ?? type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .FirstOrDefault(property => IsBound(property) && property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?.PropertyType;

    /// <summary>Whether a setting of this type is one text, with nothing below it.</summary>
    public static bool IsText(Type type) =>
        type == typeof(string) || TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    /// <summary>What the binder fills: what can be set, and collections that are there already.</summary>
    private static bool IsBound(PropertyInfo property) =>
        property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0
        && (property.SetMethod is { IsPublic: true } || !IsText(property.PropertyType));

    private static (Type Key, Type Value)? KeyAndValueOf(Type type) =>
        Arguments(type, typeof(IDictionary<,>)) is [var key, var value] ? (key, value) : null;

    private static Type? ItemOf(Type type) =>
        type != typeof(string) && Arguments(type, typeof(IEnumerable<>)) is [var item] ? item : null;

    private static Type[]? Arguments(Type type, Type wanted) =>
        type.GetInterfaces().Prepend(type)
            .FirstOrDefault(each => each.IsGenericType && each.GetGenericTypeDefinition() == wanted)
            ?.GetGenericArguments();
}
