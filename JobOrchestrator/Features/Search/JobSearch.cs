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
    // Where a page of a search that looks for something of a job's own ended: such are looked for by their id first, then among live ones.
    private const char ById = 'i';
    private const char AmongLive = 'a';
    private const char AmongEnded = 'b';
    private const char End = 'e';

    // An id begins with the milliseconds since 1970: other words of eight digits and letters are no times of this service's life.
    private static readonly DateTimeOffset FirstIds = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// In the order of their arrival, whatever is looked for: live ones do not come before those that have ended, or a job that ends
    /// meanwhile would come twice.
    /// </summary>
    public bool IsInOrder { get; init; }

    /// <summary>All that has to hold of a job; what is said of its id is asked before anything of it is read.</summary>
    private JobFilter Filter { get; } = BeginningsOf(search) is { } beginnings
        ? search.Filter with { IdTest = id => Array.Exists(beginnings, one => Begins(id, one)) }
        : search.Filter;

    /// <summary>One page.</summary>
    /// <param name="cursor">Where the previous one ended; null: from the beginning.</param>
    /// <param name="limit">Most jobs.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="FormatException">The cursor is none of ours, or another search's.</exception>
    public async Task<JobPage> PageAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        if (cursor is null && NamedIds() is { } ids)
        {
            return new JobPage(await FoundAsync(ids, cancellationToken), null);
        }

        if (BeginningsOf(search)?.Any(IsIdBeginning) == false)
        {
            return new JobPage([], null);
        }

        if (IsInOrder || !SearchReach.IsSeeking(search.Query))
        {
            return await shards.ListAsync(Filter, cursor, limit, cancellationToken);
        }

        (char stage, string? inner) = cursor is null ? (ById, null)
            : cursor.Length > 0 && cursor[0] is ById or AmongLive or AmongEnded ? (cursor[0], cursor.Length > 1 ? cursor[1..] : null)
            : throw new FormatException("The cursor is another search's.");
        string? word = IdWord();
        var jobs = new List<Job>();
        while (true)
        {
            bool isById = stage == ById;
            JobPage page = await StageAsync(stage, word, inner, limit - jobs.Count, cancellationToken);
            jobs.AddRange(page.Jobs);
            (stage, inner) = page.Cursor is not null ? (stage, page.Cursor) : (Next(stage), null);

            // Who gives an id is answered at once; whoever else has it as a word is on the next page, for it may take long to find.
            if (stage == End || inner is not null || jobs.Count == limit || (isById && jobs.Count > 0))
            {
                return page with { Jobs = jobs, Cursor = stage == End ? null : stage + inner };
            }
        }
    }

    private static char Next(char stage) => stage switch
    {
        ById => AmongLive,
        AmongLive => AmongEnded,
        _ => End,
    };

    /// <summary>Reads on in one stage: what an earlier one has shown is in no later one.</summary>
    /// <param name="stage">Which.</param>
    /// <param name="word">The id, or its beginning, that the query has among its words; null: none.</param>
    /// <param name="cursor">Where the previous page ended in it.</param>
    /// <param name="limit">Most jobs.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    private async Task<JobPage> StageAsync(char stage, string? word, string? cursor, int limit, CancellationToken cancellationToken)
    {
        bool isNone = stage switch
        {
            ById => word is null,
            AmongLive => Filter.EndedOnly,
            _ => Filter.LiveOnly,
        };
        if (isNone)
        {
            return new JobPage([], null);
        }

        if (stage == ById && JobId.TryParse(word!, out JobId id))
        {
            return new JobPage(await FoundAsync([id], cancellationToken), null);
        }

        JobFilter filter = word is null ? Filter : Filter with
        {
            IdTest = id => Begins(id, word) == (stage == ById) && Filter.IdTest?.Invoke(id) != false,
        };
        return await shards.ListAsync(
            filter with { LiveOnly = filter.LiveOnly || stage == AmongLive, EndedOnly = filter.EndedOnly || stage == AmongEnded },
            cursor,
            limit,
            cancellationToken);
    }

    /// <summary>The whole ids that a term of the query names; null: none does.</summary>
    private JobId[]? NamedIds() => search.Query.Terms
        .OfType<Term.Text>()
        .Where(term => term is { IsNegated: false, Field: QueryTextField.Id } && term.Values.All(value => IdOf(value) is not null))
        .Select(term => term.Values.Select(value => IdOf(value)!.Value).Distinct().ToArray())
        .FirstOrDefault();

    /// <summary>The beginnings of ids, so long that they say a time, that a term of the query names; null: none does.</summary>
    private static string[]? BeginningsOf(SearchRequest search) => search.Query.Terms
        .OfType<Term.Text>()
        .Where(term => term is { IsNegated: false, Field: QueryTextField.Id }
            && term.Values.All(value => value.Match != QueryMatch.Contains && value.Value.Length >= JobTexts.IdBeginningMin))
        .Select(term => term.Values.Select(value => value.Value).ToArray())
        .FirstOrDefault();

    private static bool Begins(JobId id, string beginning) => id.ToString().StartsWith(beginning, StringComparison.OrdinalIgnoreCase);

    /// <summary>Those of some ids that the query finds.</summary>
    private async Task<List<Job>> FoundAsync(JobId[] ids, CancellationToken cancellationToken)
    {
        var found = new List<Job>(ids.Length);
        foreach (JobId id in ids)
        {
            if (await shards.FindAsync(id, cancellationToken) is JobLookup.Found { Job: var job } && Filter.Fits(job))
            {
                found.Add(job);
            }
        }

        found.Sort((one, other) => one.Id.Value.CompareTo(other.Id.Value) * (Filter.OldestFirst ? 1 : -1));
        return found;
    }

    /// <summary>A word of the query that is an id or its beginning; null: none is.</summary>
    private string? IdWord() => search.Query.Terms
        .OfType<Term.Word>()
        .Where(word => !word.IsNegated && (IdOf(word.Value) is not null || IsIdBeginning(word.Value.Value)))
        .Select(word => word.Value.Value)
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
}
