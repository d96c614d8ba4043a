using JobOrchestrator.Search;
using Term = JobOrchestrator.Search.QueryTerm;

namespace JobOrchestrator.Features.Search;

/// <summary>How far a query makes the service look: what would read the whole store for little is refused, with what to add.</summary>
internal static class SearchReach
{
    /// <summary>Shorter beginnings choose next to nothing.</summary>
    public const int BeginningMin = 3;

    /// <summary>Whether only live jobs can be meant: they are in memory.</summary>
    public static bool IsLive(JobQuery query) => query.Terms.Any(term =>
        term is Term.Phase { IsNegated: false, Phases: var phases } && phases.All(phase => phase < Sdk.JobPhase.Completed));

    /// <summary>Whether only jobs that have ended can be meant: those that live need no look.</summary>
    public static bool IsEnded(JobQuery query) => query.Terms.Any(term =>
        term is Term.Phase { IsNegated: false, Phases: var phases } && phases.All(phase => phase >= Sdk.JobPhase.Completed));

    /// <summary>Whether a few jobs are meant, by something of their own: live ones are looked for first.</summary>
    public static bool IsSeeking(JobQuery query) => query.Terms.Any(term => !term.IsNegated && term is
        Term.Word or Term.Text { Field: QueryTextField.External or QueryTextField.Key or QueryTextField.RetryOf or QueryTextField.Trace });

    /// <summary>What is wrong with the reach of a query; null: nothing.</summary>
    /// <param name="query">The query.</param>
    /// <param name="isChosen">Parameters beside it name a queue or a type, or a window of a day.</param>
    /// <param name="window">When the jobs were created that it asks for.</param>
    /// <param name="now">The time.</param>
    public static string? TooBroad(JobQuery query, bool isChosen, SearchWindow window, DateTimeOffset now)
    {
        if (query.Terms.Count == 0 || IsLive(query))
        {
            return null;
        }

        bool isNarrow = isChosen || window.IsNarrow(now) || query.Terms.Any(term => term is Term.Text
        {
            IsNegated: false,
            Field: QueryTextField.Queue or QueryTextField.Type or QueryTextField.Id,
        });
        return query.Terms.FirstOrDefault(IsShort) is { } term
            ? $"`{term}` begins nearly everything: write at least {BeginningMin} characters before the star."
            : query.Terms.All(one => one.IsNegated) && !isNarrow
                ? "It only says what is not wanted: add what is, such as status:failed, queue:… or younger:1d."
            : query.Terms.FirstOrDefault(term => NeedsEveryJob(term) || (IsOfRetried(term) && !query.Terms.Any(IsPhase))) is { } all
                && !isNarrow
                ? $"`{all}` is known of a finished job only once it is read: add queue:…, type:…, younger:1d, or a status that is not "
                    + "final, such as status:new."
            : null;
    }

    private static bool IsShort(Term term) =>
        term is Term.Text { Values: var values } ? values.Any(IsShort)
        : term is Term.Word { Value: var word } && IsShort(word);

    private static bool IsShort(QueryText text) => text is { Match: QueryMatch.Beginning, Value.Length: < BeginningMin };

    // No digest knows it; of a status' jobs alone that is no burden.
    private static bool IsOfRetried(Term term) => term is Term.Text { IsNegated: false, Field: QueryTextField.RetriedAs };

    private static bool IsPhase(Term term) => term is Term.Phase { IsNegated: false };

    private static bool NeedsEveryJob(Term term) => term is Term.Duration
        || (term is Term.Text { Field: QueryTextField.Error, Values: var values }
            && values.Any(value => value.Match == QueryMatch.Contains));
}
