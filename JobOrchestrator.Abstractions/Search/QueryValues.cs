using System.Collections;

namespace JobOrchestrator.Search;

/// <summary>
/// The alternatives of a term: at least one, in the order they were written in, each once. Equal when they are the same.
/// </summary>
/// <typeparam name="T">What they are.</typeparam>
public sealed class QueryValues<T> : IReadOnlyList<T>, IEquatable<QueryValues<T>>
    where T : notnull
{
    private readonly T[] _values;

    /// <summary>Makes a set of alternatives.</summary>
    /// <param name="values">The alternatives; a repeated one counts once.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public QueryValues(IEnumerable<T> values)
    {
        _values = [.. values.Distinct()];
        if (_values.Length == 0)
        {
            throw new ArgumentException("A term has a value.", nameof(values));
        }
    }

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <inheritdoc/>
    public T this[int index] => _values[index];

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_values).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(QueryValues<T>? other) => other is not null && _values.SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as QueryValues<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (T value in _values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
