namespace JobOrchestrator;

/// <summary>Of the names that are known, the one that was probably meant by one that is not.</summary>
/// <param name="said">What was said.</param>
/// <remarks>In the namespace around all: requests, settings and LocalSidecar's flags go by it.</remarks>
internal struct NearestName(string said)
{
    // Longer ones are no slips of the pen, and comparing them costs the square of their length.
    private const int LengthMax = 64;

    private readonly string _said = Plain(said);
    private int _distance = int.MaxValue;

    /// <summary>The nearest one so far; null: none is near.</summary>
    public string? Name { get; private set; }

    /// <summary>Of several that are known, the nearest; null: none is near.</summary>
    public static string? Of(string said, IEnumerable<string> names)
    {
        var nearest = new NearestName(said);
        foreach (string name in names)
        {
            nearest.Consider(name);
        }

        return nearest.Name;
    }

    /// <summary>Of several that are known, the one that this is by a slip of the pen; null: it is none.</summary>
    public static string? SlipOf(string said, IEnumerable<string> names) =>
        said.Length > LengthMax ? null : names.FirstOrDefault(name => Edits(Plain(said), Plain(name)) <= 1 + (Plain(said).Length / 8));

    /// <summary>Looks at one that is known.</summary>
    public void Consider(string known)
    {
        int distance = _said.Length is 0 or > LengthMax ? int.MaxValue : DistanceTo(Plain(known));

        // What shares no letter with it is not near: ?x is no slip of ?q.
        if (distance < _distance && (distance == 0 || distance < _said.Length) && distance <= 1 + (_said.Length / 4))
        {
            (_distance, Name) = (distance, known);
        }
    }

    /// <summary>
    /// Letters to change; a name that begins or ends as the other does (<c>delay</c>, <c>retries</c>) is as near as one letter.
    /// </summary>
    private readonly int DistanceTo(string known) =>
        known == _said ? 0
        : _said.Length >= 3 && known.Length >= 3 && (Contains(known, _said) || Contains(_said, known)) ? 1
        : Edits(_said, known);

    private static bool Contains(string longer, string part) =>
        longer.StartsWith(part, StringComparison.Ordinal) || longer.EndsWith(part, StringComparison.Ordinal);

    /// <summary>Other ways to write a name differ in case, underscores and hyphens.</summary>
    private static string Plain(string name) => name
        .Replace("_", "", StringComparison.Ordinal)
        .Replace("-", "", StringComparison.Ordinal)
        .ToLowerInvariant();

    /// <summary>Levenshtein's distance.</summary>
    private static int Edits(string a, string b)
    {
        Span<int> row = stackalloc int[LengthMax + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            row[i] = i;
        }

        for (int j = 1; j <= b.Length; j++)
        {
            int diagonal = row[0];
            row[0] = j;
            for (int i = 1; i <= a.Length; i++)
            {
                int changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[i];
                row[i] = Math.Min(changed, 1 + Math.Min(row[i], row[i - 1]));
            }
        }

        return row[a.Length];
    }
}
