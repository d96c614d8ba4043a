namespace JobOrchestrator.Search;

/// <summary>One end of a range.</summary>
/// <typeparam name="T">What it is a range of.</typeparam>
/// <param name="Value">Where it is.</param>
/// <param name="IsIncluded">Whether the value itself is in the range.</param>
public sealed record QueryBound<T>(T Value, bool IsIncluded = true)
    where T : IEquatable<T>;

/// <summary>
/// A range; one of a single value begins and ends with it. One that has both ends includes them: that is all the grammar can write.
/// </summary>
/// <typeparam name="T">What it is a range of.</typeparam>
public sealed record QueryRange<T>
    where T : IEquatable<T>
{
    /// <summary>Makes a range.</summary>
    /// <param name="from">Where it begins; null: it has no beginning.</param>
    /// <param name="to">Where it ends; null: it has no end.</param>
    /// <exception cref="ArgumentException">It has two ends and does not include both.</exception>
    public QueryRange(QueryBound<T>? from, QueryBound<T>? to)
    {
        if (from is not null && to is not null && !(from.IsIncluded && to.IsIncluded))
        {
            throw new ArgumentException("A range between two ends includes both.", nameof(from));
        }

        (From, To) = (from, to);
    }

    /// <summary>Where it begins; null: it has no beginning.</summary>
    public QueryBound<T>? From { get; }

    /// <summary>Where it ends; null: it has no end.</summary>
    public QueryBound<T>? To { get; }

    /// <summary>There is a value at all: <c>*</c>.</summary>
    public bool IsAny => From is null && To is null;

    /// <summary>It is one value: what is written of it more than once are alternatives; ranges all have to hold.</summary>
    public bool IsSingle => From is not null && From == To;

    /// <summary>The range of one value.</summary>
    /// <param name="value">The value.</param>
    internal static QueryRange<T> Of(T value) => new(new QueryBound<T>(value), new QueryBound<T>(value));
}
