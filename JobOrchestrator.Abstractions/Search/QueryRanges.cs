namespace JobOrchestrator.Search;

/// <summary>Reads ranges: a value, one after a comparison, two with dots between them, or a star.</summary>
internal static class QueryRanges
{
    private const string Dots = "..";

    /// <summary>A range of nothing.</summary>
    public static QueryFault EndsFirst { get; } = new("The range ends before it begins.");

    /// <summary>What is said of a text that is no length of time.</summary>
    public static QueryFault NoDuration(string text) => QueryNumbers.TryParse(text, out decimal number) && number >= 0
        ? new QueryFault($"`{text}` has no unit; units are ms, s, m, h, d and w.", $"{text}s")
        : new QueryFault($"`{text}` is no length of time; one is 90s, 10m, 1.5h or 1d.");

    /// <summary>Reads one range, or says what is wrong with it.</summary>
    /// <typeparam name="T">What it is a range of.</typeparam>
    /// <param name="value">The range as written.</param>
    /// <param name="readOne">Reads an end of it.</param>
    /// <param name="ranges">Where it is added.</param>
    public static QueryFault? Read<T>(QueryAtom value, Func<string, (T Value, QueryFault? Fault)> readOne, List<QueryRange<T>> ranges)
        where T : IEquatable<T>
    {
        if (value.Comparison == "~")
        {
            return new QueryFault("~ finds texts; here stands a value, >value, <value or value..value.");
        }

        if (value.HasStar && !value.IsAny)
        {
            return new QueryFault("A star alone means any value; it does not follow one.");
        }

        if (value.IsAny)
        {
            ranges.Add(new QueryRange<T>(null, null));
            return null;
        }

        int dots = value.Text.IndexOf(Dots, StringComparison.Ordinal);
        if (dots < 0)
        {
            return Add(value.Comparison, value.Text);
        }

        (string from, string to) = (value.Text[..dots], value.Text[(dots + Dots.Length)..]);
        return value.Comparison.Length > 0 ? new QueryFault($"`{value.Comparison}` and `..` do not go together.")
            : (from.Length, to.Length) switch
            {
                (0, 0) => new QueryFault("A range has at least one end."),
                (0, _) => Add("<=", to),
                (_, 0) => Add(">=", from),
                _ => AddBoth(from, to),
            };

        QueryFault? Add(string comparison, string text)
        {
            (T end, QueryFault? fault) = readOne(text);
            if (fault is null)
            {
                ranges.Add(comparison switch
                {
                    ">" => new QueryRange<T>(new QueryBound<T>(end, IsIncluded: false), null),
                    ">=" => new QueryRange<T>(new QueryBound<T>(end), null),
                    "<" => new QueryRange<T>(null, new QueryBound<T>(end, IsIncluded: false)),
                    "<=" => new QueryRange<T>(null, new QueryBound<T>(end)),
                    _ => QueryRange<T>.Of(end),
                });
            }

            return fault;
        }

        QueryFault? AddBoth(string fromText, string toText)
        {
            (T first, QueryFault? firstFault) = readOne(fromText);
            (T last, QueryFault? lastFault) = readOne(toText);
            if ((firstFault ?? lastFault) is { } fault)
            {
                return fault;
            }

            ranges.Add(new QueryRange<T>(new QueryBound<T>(first), new QueryBound<T>(last)));
            return null;
        }
    }
}
