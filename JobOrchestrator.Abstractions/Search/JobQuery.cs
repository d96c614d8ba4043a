using System.Diagnostics.CodeAnalysis;

namespace JobOrchestrator.Search;

/// <summary>
/// Which jobs are wanted, as people write it: <c>status:failed label.tenant:42 older:1d -queue:slow</c>. All terms hold; the values of a
/// field are alternatives, also when the field is written twice; ranges of one field all hold; a minus takes out. The one parser of the
/// API, the SDK, the page and the command line.
/// </summary>
public sealed class JobQuery : IEquatable<JobQuery>
{
    /// <summary>Most UTF-16 code units of a query's text.</summary>
    public const int CharactersMax = 1_024;

    /// <summary>Most terms, as written.</summary>
    public const int TermsMax = 16;

    /// <summary>Most values of all fields together.</summary>
    public const int ValuesMax = 32;

    private JobQuery(IReadOnlyList<QueryTerm> terms) => Terms = terms;

    /// <summary>Every job.</summary>
    public static JobQuery All { get; } = new([]);

    /// <summary>What has to hold, all of it. One field may stand in several.</summary>
    public IReadOnlyList<QueryTerm> Terms { get; }

    /// <summary>Reads a query. An empty one is <see cref="All"/>.</summary>
    /// <param name="text">The text, at most <see cref="CharactersMax"/> code units.</param>
    /// <exception cref="JobQueryException">It is none; the exception says what is wrong at which places.</exception>
    public static JobQuery Parse(string text) =>
        TryParse(text, out JobQuery? query, out IReadOnlyList<JobQueryError> errors) ? query : throw new JobQueryException(errors);

    /// <summary>Reads a query, and says everything that is wrong with it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="query">The query; null if there are errors.</param>
    /// <param name="errors">What is wrong, in the order of the text; empty if it is one.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JobQuery? query, out IReadOnlyList<JobQueryError> errors)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new QueryReader(text);
        IReadOnlyList<QueryTerm> terms = reader.Read();
        errors = reader.Errors;
        query = errors.Count == 0 ? new JobQuery(terms) : null;

        // What is written shorter than it is printed could be printed and not read again.
        if (query is not null && query.ToString().Length > CharactersMax)
        {
            (query, errors) = (null, [QueryReader.TooLong(text.Length, text.Length)]);
        }

        return query is not null;
    }

    /// <summary>The query of some terms, as if they had been written one after the other.</summary>
    /// <param name="terms">The terms.</param>
    /// <exception cref="JobQueryException">They are too many or too long, or one of them says what cannot be written.</exception>
    public static JobQuery Of(IEnumerable<QueryTerm> terms)
    {
        var merged = new QueryTerms();
        foreach (QueryTerm term in terms)
        {
            merged.Add(term);
        }

        string text = string.Join(' ', merged.All);
        JobQuery query = Parse(text);

        // A term that was made by hand may hold what would be read as something else: a label's key with a colon and a space in it.
        return query.ToString() == text && query.Terms.Count == merged.All.Count
            ? query
            : throw new JobQueryException([new JobQueryError(0, text.Length, "One of the terms cannot be written as it is.")]);
    }

    /// <summary>The query with the terms of another one written behind its own.</summary>
    /// <param name="other">The other query. Its values of a field that this one names too are further alternatives.</param>
    /// <exception cref="JobQueryException">Together they are too long.</exception>
    public JobQuery With(JobQuery other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Of(Terms.Concat(other.Terms));
    }

    /// <summary>The query without one of its terms.</summary>
    /// <param name="index">Which of <see cref="Terms"/>.</param>
    public JobQuery Without(int index) => new([.. Terms.Where((_, place) => place != index)]);

    /// <summary>The query as it would be written by one rule: small letters for names, quotes where they are needed, one space.</summary>
    public override string ToString() => string.Join(' ', Terms);

    /// <inheritdoc/>
    public bool Equals(JobQuery? other) => other is not null && Terms.SequenceEqual(other.Terms);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JobQuery);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
