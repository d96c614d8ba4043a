using JobOrchestrator.Core;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;
using Term = JobOrchestrator.Search.QueryTerm;

namespace JobOrchestrator.Features.Search;

/// <summary>
/// What a query says of finished jobs before any of them is read, by the digests of their pages. It may let pass what is not wanted, and
/// never holds back what is: a term that a digest knows nothing of lets everything pass.
/// </summary>
internal static class DigestTest
{
    /// <summary>
    /// Takes out of a page's places those whose jobs cannot be wanted; null: the query says nothing that a digest knows of.
    /// </summary>
    /// <param name="query">The query.</param>
    /// <param name="now">The time.</param>
    /// <param name="zone">Where its days are.</param>
    public static Action<PageDigest, Places>? Of(JobQuery query, DateTimeOffset now, TimeZoneInfo zone)
    {
        Action<PageDigest, Places>[] narrowing =
            [.. query.Terms.Select(term => Compile(term, now, zone)).OfType<Action<PageDigest, Places>>()];
        return narrowing.Length == 0 ? null : (digest, among) =>
        {
            foreach (Action<PageDigest, Places> narrow in narrowing)
            {
                narrow(digest, among);
                if (among.IsEmpty)
                {
                    return;
                }
            }
        };
    }

    private static Action<PageDigest, Places>? Compile(Term term, DateTimeOffset now, TimeZoneInfo zone)
    {
        bool isNegated = term.IsNegated;
        switch (term)
        {
            case Term.Phase { Phases: var phases }:
                return (digest, among) =>
                    digest.NarrowStatus(status => phases.Any(phase => StatusOf(phase) == status) != isNegated, among);
            case Term.Text { Field: var field, Values: var values } when NameOf(field) is { } name:
                return values.Any(value => value.Match == QueryMatch.Contains) ? null
                    : (digest, among) => digest.Narrow(name, text => values.Any(value => value.Fits(text)) != isNegated, among);
            case Term.Text { IsNegated: false, Field: var field, Values: var values } when KindOf(field) is { } kind:
                return HashesOf(values, value => TextHash.Of(kind, value)) is { } hashes
                    ? (digest, among) => digest.Narrow(hashes, among)
                    : null;
            case Term.Label { IsNegated: false, Key: var key, Values: var values }:
                return Label(key, HashesOf(values, value => TextHash.OfLabel(key, value)));
            case Term.Word { IsNegated: false, Value: { Match: QueryMatch.Exact, Value: var word } }:
                return (digest, among) => NarrowToWord(digest, word, among);
            case Term.Time { IsNegated: false, Field: QueryTimeField.Finished, Ranges: var ranges }:
                TimeRange[] times = [.. ranges.Select(range => TimeRange.Of(range, now, zone))];
                return (digest, among) => NarrowToTimes(digest.Finished, times, among);
            default:
                return null;
        }
    }

    private static Action<PageDigest, Places> Label(string key, ulong[]? hashes) => (digest, among) =>
    {
        if (digest.LabelKeys?.Contains(key) == false)
        {
            among.Clear();
        }
        else if (hashes is not null)
        {
            digest.Narrow(hashes, among);
        }
    };

    /// <summary>A word is a text, a key, or any label's value; or an id, of which the digest knows when such were made.</summary>
    private static void NarrowToWord(PageDigest digest, string word, Places among)
    {
        if (digest.LabelKeys is { } keys && !MayBeginAnIdOf(digest, word))
        {
            digest.Narrow(
                [
                    TextHash.Of(DigestText.External, word),
                    TextHash.Of(DigestText.Key, word),
                    .. keys.Select(key => TextHash.OfLabel(key, word)),
                ],
                among);
        }
    }

    private static bool MayBeginAnIdOf(PageDigest digest, string word)
    {
        const string Lowest = "00000000-0000-7000-8000-000000000000", Highest = "ffffffff-ffff-7fff-bfff-ffffffffffff";
        if (word.Length is < JobTexts.IdBeginningMin or > 36
            || !word.All(character => char.IsAsciiHexDigit(character) || character == '-'))
        {
            return false;
        }

        // What is no id with the rest of one begins none: its dashes stand elsewhere.
        return JobId.TryParse(word + Lowest[word.Length..], out JobId lowest)
            && JobId.TryParse(word + Highest[word.Length..], out JobId highest)
            && lowest.CreatedAt <= digest.Created.To
            && highest.CreatedAt >= digest.Created.From;
    }

    private static void NarrowToTimes(DigestTimes of, TimeRange[] times, Places among)
    {
        if (!Array.Exists(times, range => !(range.From > of.To) && !(range.Before <= of.From)))
        {
            among.Clear();
        }
    }

    /// <summary>Of texts that are whole; null: one of them is not, and nobody knows its hash.</summary>
    private static ulong[]? HashesOf(QueryValues<QueryText> values, Func<string, ulong> hashOf) =>
        values.All(value => value.Match == QueryMatch.Exact) ? [.. values.Select(value => hashOf(value.Value))] : null;

    private static JobStatus? StatusOf(Sdk.JobPhase phase) => phase switch
    {
        Sdk.JobPhase.Completed => JobStatus.Completed,
        Sdk.JobPhase.Failed => JobStatus.Failed,
        Sdk.JobPhase.Cancelled => JobStatus.Cancelled,
        Sdk.JobPhase.Scheduled or Sdk.JobPhase.Ready or Sdk.JobPhase.Held or Sdk.JobPhase.Retrying or Sdk.JobPhase.Running
            or Sdk.JobPhase.Cancelling => null,
    };

    private static DigestName? NameOf(QueryTextField field) => field switch
    {
        QueryTextField.Queue => DigestName.Queue,
        QueryTextField.Type => DigestName.Type,
        QueryTextField.Owner => DigestName.Owner,
        QueryTextField.Error => DigestName.Error,
        QueryTextField.Worker or QueryTextField.Id or QueryTextField.External or QueryTextField.Key or QueryTextField.RetryOf
            or QueryTextField.RetriedAs or QueryTextField.Trace => null,
    };

    private static DigestText? KindOf(QueryTextField field) => field switch
    {
        QueryTextField.Worker => DigestText.Worker,
        QueryTextField.External => DigestText.External,
        QueryTextField.Key => DigestText.Key,
        QueryTextField.RetryOf => DigestText.RetryOf,
        QueryTextField.Trace => DigestText.Trace,
        // A job is run again after its end, and its digest is not made anew.
        QueryTextField.Queue or QueryTextField.Type or QueryTextField.Owner or QueryTextField.Error or QueryTextField.Id
            or QueryTextField.RetriedAs => null,
    };
}
