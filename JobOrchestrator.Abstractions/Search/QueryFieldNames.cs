namespace JobOrchestrator.Search;

/// <summary>What a field's name stands for, and what may have been meant by one that stands for nothing.</summary>
internal static class QueryFieldNames
{
    /// <summary>The field of phases.</summary>
    public const string Status = "status";

    /// <summary>The least age.</summary>
    public const string Older = "older";

    /// <summary>The age that is not reached.</summary>
    public const string Younger = "younger";

    /// <summary>Names that other places have for the same; they are suggested, not taken: one word per idea.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["phase"] = Status,
        ["state"] = Status,
        ["externalid"] = NameOf(QueryTextField.External),
        ["uniquekey"] = NameOf(QueryTextField.Key),
        ["idempotencykey"] = NameOf(QueryTextField.Key),
        ["jobid"] = NameOf(QueryTextField.Id),
        ["errortype"] = NameOf(QueryTextField.Error),
        ["traceid"] = NameOf(QueryTextField.Trace),
        ["tag"] = QueryField.LabelPrefix,
        ["label"] = QueryField.LabelPrefix,
        ["labels"] = QueryField.LabelPrefix,
        ["runat"] = NameOf(QueryTimeField.Due),
        ["ended"] = NameOf(QueryTimeField.Finished),
        ["age"] = Older,
        ["duration"] = NameOf(QueryDurationField.Run),
        ["tries"] = NameOf(QueryNumberField.Attempt),
    };

    private static readonly Dictionary<string, QueryTextField> Texts = ByName<QueryTextField>();
    private static readonly Dictionary<string, QueryNumberField> Numbers = ByName<QueryNumberField>();
    private static readonly Dictionary<string, QueryTimeField> Times = ByName<QueryTimeField>();
    private static readonly Dictionary<string, QueryDurationField> Durations = ByName<QueryDurationField>();

    /// <summary>The field of a name in small letters, if it is one of these.</summary>
    public static bool IsText(string name, out QueryTextField field) => Texts.TryGetValue(name, out field);

    /// <inheritdoc cref="IsText"/>
    public static bool IsNumber(string name, out QueryNumberField field) => Numbers.TryGetValue(name, out field);

    /// <inheritdoc cref="IsText"/>
    public static bool IsTime(string name, out QueryTimeField field) => Times.TryGetValue(name, out field);

    /// <inheritdoc cref="IsText"/>
    public static bool IsDuration(string name, out QueryDurationField field) => Durations.TryGetValue(name, out field);

    /// <summary>A field as it is written.</summary>
    public static string NameOf<T>(T field)
        where T : struct, Enum => Enum.GetName(field)!.ToLowerInvariant();

    /// <summary>What may have been meant; null: nothing is near.</summary>
    public static string? Nearest(string name) => Elsewhere.TryGetValue(name.ToLowerInvariant(), out string? other)
        ? other
        : NearestName.Of(name, QueryField.All.Select(field => field.Name));

    private static Dictionary<string, T> ByName<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(NameOf, StringComparer.Ordinal);
}
