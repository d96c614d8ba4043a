namespace JobOrchestrator.Search;

/// <summary>The terms of a query, each in the place where its field was first named.</summary>
internal sealed class QueryTerms
{
    private readonly List<QueryTerm> _terms = [];

    /// <summary>The terms.</summary>
    public IReadOnlyList<QueryTerm> All => _terms;

    /// <summary>Adds a term, or its values to one of the same field.</summary>
    public void Add(QueryTerm term)
    {
        for (int i = 0; i < _terms.Count; i++)
        {
            if (Merged(_terms[i], term) is { } merged)
            {
                _terms[i] = merged;
                return;
            }
        }

        _terms.Add(term);
    }

    /// <summary>Two terms as one; null: both have to hold.</summary>
    private static QueryTerm? Merged(QueryTerm first, QueryTerm second) =>
        first == second ? first
        : first.IsNegated != second.IsNegated ? null
        : (first, second) switch
        {
            (QueryTerm.Phase a, QueryTerm.Phase b) => a with { Phases = new([.. a.Phases.Concat(b.Phases).Order()]) },
            (QueryTerm.Text a, QueryTerm.Text b) when a.Field == b.Field => a with { Values = new([.. a.Values, .. b.Values]) },
            (QueryTerm.Label a, QueryTerm.Label b) when a.Key == b.Key => a with { Values = new([.. a.Values, .. b.Values]) },
            (QueryTerm.Number a, QueryTerm.Number b) when a.Field == b.Field && Joins(a, a.Ranges, b.Ranges) =>
                a with { Ranges = new([.. a.Ranges, .. b.Ranges]) },
            (QueryTerm.Time a, QueryTerm.Time b) when a.Field == b.Field && Joins(a, a.Ranges, b.Ranges) =>
                a with { Ranges = new([.. a.Ranges, .. b.Ranges]) },
            (QueryTerm.Duration a, QueryTerm.Duration b) when a.Field == b.Field && Joins(a, a.Ranges, b.Ranges) =>
                a with { Ranges = new([.. a.Ranges, .. b.Ranges]) },
            _ => null,
        };

    /// <summary>Single values are alternatives wherever they stand; of ranges that is so where none may hold.</summary>
    private static bool Joins<T>(QueryTerm term, QueryValues<QueryRange<T>> first, QueryValues<QueryRange<T>> second)
        where T : IEquatable<T> => term.IsNegated || first.Concat(second).All(range => range.IsSingle || range.IsAny);
}
