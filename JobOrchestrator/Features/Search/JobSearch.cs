using JobOrchestrator.Core;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;
using Term = JobOrchestrator.Search.QueryTerm;

namespace JobOrchestrator.Features.Search;

/// <summary>
/// Finds the jobs that a request asks for, by the shortest way: by their ids, in memory, or by walking through all that are kept.
/// </summary>
/// <param name="shards">The jobs.</param>
/// <param name="search">Which.</param>
internal sealed class JobSearch(IJobShards shards, SearchRequest search)
{
    // Where a page of a search that looks for live jobs first, or by the beginning of an id, ended.
    private const char ById = 'i';
    private const char AmongLive = 'a';
    private const char AmongEnded = 'b';

    // An id begins with the milliseconds since 1970: other words of eight digits and letters are no times of this service's life.
    private static readonly DateTimeOffset FirstIds = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// In the order of their arrival, whatever is looked for: live ones do not come before those that have ended, or a job that ends
    /// meanwhile would come twice.
    /// </summary>
    public bool IsInOrder { get; init; }

    private JobFilter Filter => search.Filter;

    private JobFilter Ended => Filter with { EndedOnly = true };

    /// <summary>One page.</summary>
    /// <param name="cursor">Where the previous one ended; null: from the beginning.</param>
    /// <param name="limit">Most jobs.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="FormatException">The cursor is none of ours, or another search's.</exception>
    public async Task<JobPage> PageAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        if (cursor is null && await ByIdAsync(cancellationToken) is { } jobs)
        {
            return new JobPage(jobs, null);
        }

        if (IsInOrder || Filter.LiveOnly || Filter.EndedOnly || !SearchReach.IsSeeking(search.Query))
        {
            return await shards.ListAsync(Filter, cursor, limit, cancellationToken);
        }

        (char stage, string? inner) = cursor is null ? (ById, null)
            : cursor.Length > 0 && cursor[0] is ById or AmongLive or AmongEnded ? (cursor[0], cursor.Length > 1 ? cursor[1..] : null)
            : throw new FormatException("The cursor is another search's.");
        if (stage == ById)
        {
            if (IdBeginning() is { } beginning)
            {
                JobFilter begun = Filter with { IdTest = id => id.ToString().StartsWith(beginning, StringComparison.Ordinal) };
                JobPage found = await shards.ListAsync(begun, inner, limit, cancellationToken);
                if (found.Jobs.Count > 0 || inner is not null)
                {
                    return In(ById, found);
                }
            }

            (stage, inner) = (AmongLive, null);
        }

        if (stage == AmongEnded)
        {
            return In(AmongEnded, await shards.ListAsync(Ended, inner, limit, cancellationToken));
        }

        JobPage live = await shards.ListAsync(Filter with { LiveOnly = true }, inner, limit, cancellationToken);
        if (live.Cursor is not null)
        {
            return In(AmongLive, live);
        }

        if (live.Jobs.Count == limit)
        {
            return live with { Cursor = AmongEnded.ToString() };
        }

        JobPage ended = await shards.ListAsync(Ended, null, limit - live.Jobs.Count, cancellationToken);
        return In(AmongEnded, ended with { Jobs = [.. live.Jobs, .. ended.Jobs] });
    }

    /// <summary>The jobs whose whole ids the query names; null: it names none, or a word that is none of a job that is found.</summary>
    private async Task<IReadOnlyList<Job>?> ByIdAsync(CancellationToken cancellationToken)
    {
        bool isWord = false;
        JobId[]? ids = null;
        foreach (Term term in search.Query.Terms.Where(term => !term.IsNegated))
        {
            if (term is Term.Text { Field: QueryTextField.Id, Values: var values } && values.All(value => IdOf(value) is not null))
            {
                (ids, isWord) = ([.. values.Select(value => IdOf(value)!.Value).Distinct()], false);
                break;
            }

            if (ids is null && term is Term.Word { Value: var word } && IdOf(word) is { } id)
            {
                (ids, isWord) = ([id], true);
            }
        }

        if (ids is null)
        {
            return null;
        }

        var found = new List<Job>(ids.Length);
        foreach (JobId id in ids)
        {
            if (await shards.FindAsync(id, cancellationToken) is JobLookup.Found { Job: var job } && Filter.Fits(job))
            {
                found.Add(job);
            }
        }

        found.Sort((one, other) => one.Id.Value.CompareTo(other.Id.Value) * (Filter.OldestFirst ? 1 : -1));
        return isWord && found.Count == 0 ? null : found;
    }

    /// <summary>The beginning of an id that a word of the query is; null: none is one.</summary>
    private string? IdBeginning() => search.Query.Terms
        .OfType<Term.Word>()
        .Where(word => !word.IsNegated && IsIdBeginning(word.Value.Value))
        .Select(word => word.Value.Value.ToLowerInvariant())
        .FirstOrDefault();

    private bool IsIdBeginning(string word)
    {
        const string Whole = "00000000-0000-7000-8000-000000000000";
        return word.Length is >= JobTexts.IdBeginningMin and <= 36
            && JobId.TryParse(word + Whole[word.Length..], out JobId id)
            && id.CreatedAt >= FirstIds
            && id.CreatedAt <= shards.Now.AddDays(1);
    }

    private static JobId? IdOf(QueryText text) =>
        text.Match == QueryMatch.Exact && JobId.TryParse(text.Value, out JobId id) ? id : null;

    private static JobPage In(char stage, JobPage page) => page.Cursor is { } cursor ? page with { Cursor = stage + cursor } : page;
}
