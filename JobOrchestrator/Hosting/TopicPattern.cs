namespace JobOrchestrator.Hosting;

/// <summary>Names of topics in which <c>{owner}</c> may stand: for different owners they have to be different topics.</summary>
internal static class TopicPattern
{
    /// <summary>What is wrong with a topic's name; null: nothing.</summary>
    /// <param name="topic">The name.</param>
    /// <param name="place">What may stand in it for a name; null: nothing may.</param>
    public static string? FaultOf(string topic, string? place)
    {
        string rest = place is null ? topic : topic.Replace(place, "", StringComparison.Ordinal);
        return rest.AsSpan().ContainsAny('{', '}')
            ? $"has braces in it; {(place is null ? "{queue} in Push:WorkTopic is all that may stand so" : $"{place} is all that may")}."
            : topic.Any(char.IsControl) || topic != topic.Trim()
                ? "begins or ends with a blank, or has control characters in it."
                : null;
    }

    /// <summary>
    /// Whether two patterns can be one topic, for two owners. Where both have owners, by what stands around those alone, so rather once
    /// too often.
    /// </summary>
    public static bool CanMeet(string first, string second)
    {
        if (!HasOwner(first) && !HasOwner(second))
        {
            return first == second;
        }

        if (HasOwner(first) != HasOwner(second))
        {
            (string plain, string pattern) = HasOwner(first) ? (second, first) : (first, second);
            (string begin, string end) = Around(pattern);
            return plain.Length > begin.Length + end.Length && StartsAs(plain, begin) && EndsAs(plain, end);
        }

        (string firstBegin, string firstEnd) = Around(first);
        (string secondBegin, string secondEnd) = Around(second);
        return (StartsAs(firstBegin, secondBegin) || StartsAs(secondBegin, firstBegin))
            && (EndsAs(firstEnd, secondEnd) || EndsAs(secondEnd, firstEnd));
    }

    public static bool HasOwner(string pattern) => pattern.Contains(EventOptions.OwnerPlace, StringComparison.Ordinal);

    /// <summary>What stands before the first owner, and behind the last.</summary>
    private static (string Begin, string End) Around(string pattern)
    {
        int first = pattern.IndexOf(EventOptions.OwnerPlace, StringComparison.Ordinal);
        int last = pattern.LastIndexOf(EventOptions.OwnerPlace, StringComparison.Ordinal);
        return (pattern[..first], pattern[(last + EventOptions.OwnerPlace.Length)..]);
    }

    private static bool StartsAs(string text, string begin) => text.StartsWith(begin, StringComparison.Ordinal);

    private static bool EndsAs(string text, string end) => text.EndsWith(end, StringComparison.Ordinal);
}
