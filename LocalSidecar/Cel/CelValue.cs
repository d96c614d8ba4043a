using System.Globalization;
using System.Text.Json;

namespace LocalSidecar.Cel;

/// <summary>What values mean to each other.</summary>
internal static class CelValue
{
    /// <summary>JSON numbers are doubles, as in daprd.</summary>
    public static object? From(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => json,
    };

    public static bool Truth(object? value) => value as bool? ?? throw new CelException("not a boolean");

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (long or double, long or double) => Order(left, right) == 0,
        (string, string) or (bool, bool) => left.Equals(right),
        (JsonElement a, JsonElement b) => JsonElement.DeepEquals(a, b),
        (List<object?>
            or JsonElement { ValueKind: JsonValueKind.Array }, List<object?> or JsonElement { ValueKind: JsonValueKind.Array }) =>
            Items(left).Count == Items(right).Count && Items(left).Zip(Items(right)).All(static pair => AreEqual(pair.First, pair.Second)),
        _ => false,
    };

    public static int Order(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (long or double, long or double) => ToDouble(left).CompareTo(ToDouble(right)),
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        _ => throw new CelException("no such overload: these cannot be compared"),
    };

    public static long? Whole(object? value) => value switch
    {
        long number => number,
        double number when number == Math.Floor(number) && Math.Abs(number) < 1e15 => (long)number,
        _ => null,
    };

    public static long Size(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        List<object?> list => list.Count,
        JsonElement { ValueKind: JsonValueKind.Array } array => array.GetArrayLength(),
        JsonElement { ValueKind: JsonValueKind.Object } map => map.EnumerateObject().Count(),
        _ => throw new CelException("no such overload: size"),
    };

    public static long ToInt(object? value) => value switch
    {
        long number => number,
        double number when Math.Abs(number) < 9.2e18 => (long)number,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => number,
        _ => throw new CelException("no such overload: int"),
    };

    public static double ToDouble(object? value) => value switch
    {
        long number => number,
        double number => number,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        _ => throw new CelException("no such overload: double"),
    };

    public static string ToText(object? value) => value switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        _ => throw new CelException("no such overload: string"),
    };

    private static List<object?> Items(object? value) =>
        value as List<object?> ?? [.. ((JsonElement)value!).EnumerateArray().Select(From)];
}
