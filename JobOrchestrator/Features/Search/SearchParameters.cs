using System.Globalization;
using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using JobOrchestrator.Search;
using Term = JobOrchestrator.Search.QueryTerm;

namespace JobOrchestrator.Features.Search;

/// <summary>Parameters that say what a term of a query says, for whoever has one value at hand and no wish to learn a grammar.</summary>
internal static class SearchParameters
{
    private static readonly (string Parameter, QueryTextField Field, string Summary)[] Texts =
    [
        ("externalId", QueryTextField.External, "Only the job that its caller knows by this id."),
        ("errorType", QueryTextField.Error, "Only those whose error is of this type."),
        ("worker", QueryTextField.Worker, "Only those that this worker runs, or ran an attempt of."),
    ];

    /// <summary>What the API's document says of them.</summary>
    public static OperationDoc WithSearchParameters(this OperationDoc doc)
    {
        foreach ((string parameter, QueryTextField field, string summary) in Texts)
        {
            doc = doc.Query(parameter, $"{summary} As `{field.ToString().ToLowerInvariant()}:` in `q`.");
        }

        return doc
            .Query(
                "phase", "Only these phases or statuses, parted by commas. As `status:` in `q`.", _ => Schema.Text(""), "failed,retrying")
            .Query("finishedAfter", "Only those that ended after this instant.", _ => Schema.Instant(""))
            .Query("finishedBefore", "Only those that ended before this instant.", _ => Schema.Instant(""));
    }

    /// <summary>The query together with what the parameters say.</summary>
    /// <param name="query">The query.</param>
    /// <param name="request">The request.</param>
    /// <exception cref="ProblemException">
    /// 400: a parameter cannot be read, or the query says something of the same; 422: together they are too long.
    /// </exception>
    public static JobQuery With(JobQuery query, HttpRequest request)
    {
        var terms = new List<Term>();
        foreach ((string parameter, QueryTextField field, _) in Texts)
        {
            if (Query.Text(request, parameter) is { } value)
            {
                Add(parameter, new Term.Text(field, new QueryValues<QueryText>([new QueryText(value)])));
            }
        }

        foreach (string parameter in (string[])["phase", "status"])
        {
            // One status alone has always been a parameter of its own.
            if (Query.Text(request, parameter) is { } words && (parameter == "phase" || words.Contains(',', StringComparison.Ordinal)))
            {
                string expected = $"some of {string.Join(", ", QueryField.Statuses)}, parted by commas";
                Add(parameter, Read($"status:{words}") as Term.Phase ?? throw Query.Malformed(parameter, expected));
            }
        }

        if (Query.Instant(request, "finishedAfter") is { } after)
        {
            Add("finishedAfter", Read($"finished:>{InstantOf(after)}")!);
        }

        if (Query.Instant(request, "finishedBefore") is { } before)
        {
            Add("finishedBefore", Read($"finished:<{InstantOf(before)}")!);
        }

        try
        {
            return terms.Count == 0 ? query : JobQuery.Of(query.Terms.Concat(terms));
        }
        catch (JobQueryException refused)
        {
            throw new ProblemException(Problems.NotAllowed("?q", $"Together with the other parameters: {refused.Errors[0].Message}"));
        }

        void Add(string parameter, Term term)
        {
            // In one query they would be alternatives, and parameters hold all.
            if (query.Terms.Concat(terms).Any(said => IsOfOneField(said, term)))
            {
                throw new ProblemException(Problems.Malformed(
                    $"Query parameter {parameter}: q, or another parameter, says something of the same. Say it once."));
            }

            terms.Add(term);
        }
    }

    private static bool IsOfOneField(Term one, Term other) => !one.IsNegated && (one, other) switch
    {
        (Term.Text first, Term.Text second) => first.Field == second.Field,
        (Term.Phase, Term.Phase) => true,
        _ => false,
    };

    private static string InstantOf(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    private static Term? Read(string text) => JobQuery.TryParse(text, out JobQuery? one, out _) && one.Terms is [var term] ? term : null;
}
