using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>The small schemas that the API's are put together from.</summary>
internal static class Schema
{
    /// <summary>An object of these members.</summary>
    public static OpenApiSchema Object(string text, params Member[] members) => new()
    {
        Type = JsonSchemaType.Object,
        Description = text,
        Required = new HashSet<string>(members.Where(member => member.IsAlways).Select(member => member.Name)),
        Properties = members.ToDictionary(member => member.Name, member => member.Schema),
    };

    public static OpenApiSchema Text(string text, int? max = null) => new()
    {
        Type = JsonSchemaType.String,
        Description = text,
        MaxLength = max,
    };

    /// <summary>Text by which something is found: not empty.</summary>
    public static OpenApiSchema Name(string text, int max = Bounds.NameMax) => new()
    {
        Type = JsonSchemaType.String,
        Description = text,
        MinLength = 1,
        MaxLength = max,
    };

    public static OpenApiSchema Uuid(string text) => new() { Type = JsonSchemaType.String, Format = "uuid", Description = text };

    public static OpenApiSchema Address(string text) => new() { Type = JsonSchemaType.String, Format = "uri", Description = text };

    public static OpenApiSchema Instant(string text) => new() { Type = JsonSchemaType.String, Format = "date-time", Description = text };

    /// <summary>A whole number of 32 bits.</summary>
    public static OpenApiSchema Whole(string text, int? min = null, int? max = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = "int32",
        Description = text,
        Minimum = min?.ToString(CultureInfo.InvariantCulture),
        Maximum = max?.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A whole number of 64 bits.</summary>
    public static OpenApiSchema Long(string text, long? min = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = "int64",
        Description = text,
        Minimum = min?.ToString(CultureInfo.InvariantCulture),
    };

    public static OpenApiSchema Number(string text, double min, double? max = null) => new()
    {
        Type = JsonSchemaType.Number,
        Format = "double",
        Description = text,
        Minimum = min.ToString(CultureInfo.InvariantCulture),
        Maximum = max?.ToString("F0", CultureInfo.InvariantCulture),
    };

    public static OpenApiSchema Flag(string text) => new() { Type = JsonSchemaType.Boolean, Description = text };

    /// <summary>
    /// Any JSON, null too: a schema without a type. Generators make <c>object</c>, <c>unknown</c> or an untyped node of it.
    /// </summary>
    public static OpenApiSchema Any(string text) => new() { Description = text };

    public static OpenApiSchema List(IOpenApiSchema items, string text = "", int? max = null, int? min = null) => new()
    {
        Type = JsonSchemaType.Array,
        Items = items,
        Description = text,
        MaxItems = max,
        MinItems = min,
    };

    public static OpenApiSchema Words(string text, params string[] words) => new()
    {
        Type = JsonSchemaType.String,
        Description = text,
        Enum = [.. words.Select(word => (JsonNode)word)],
    };

    /// <summary>The value that counts where none is said.</summary>
    public static OpenApiSchema Else(this OpenApiSchema schema, JsonNode value)
    {
        schema.Default = value;
        return schema;
    }

    /// <summary>Or null, which means that nothing is said.</summary>
    public static OpenApiSchema OrNull(this OpenApiSchema schema)
    {
        schema.Type |= JsonSchemaType.Null;
        return schema;
    }

    /// <summary>A member that is always there.</summary>
    public static Member Always(string name, IOpenApiSchema schema) => new(name, schema, IsAlways: true);

    /// <summary>
    /// A member that may be left out. A value in it may be null as well: what is nullable is what generators make an optional number,
    /// instant or word of, and not a 0 that is sent, or read, where nothing was said.
    /// </summary>
    public static Member Perhaps(string name, IOpenApiSchema schema) =>
        new(
            name,
            schema is OpenApiSchema { Type: { } type } own && type != JsonSchemaType.Object ? own.OrNull() : schema,
            IsAlways: false);

    /// <summary>A member of an object.</summary>
    public readonly record struct Member(string Name, IOpenApiSchema Schema, bool IsAlways);
}
