using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Reads a shard's ids backwards or forwards, one index page at a time: from memory where the page is live, else from the store. Ids of
/// finished jobs are left out where the page's digest says that they are not wanted, and pages of such alone are not even read.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="pages">Its pages.</param>
/// <param name="store">Where pages are that are not in memory.</param>
/// <param name="pagesInOneRead">How many are read at once where most are not expected to have anything.</param>
/// <param name="isUnderWay">Whether a commit that changes a job is under way: in the store it may have ended already.</param>
internal sealed class PageReader(int shard, PageIndex pages, StoreCalls store, int pagesInOneRead, Func<JobId, bool> isUnderWay)
{
    // Of pages that have few each, so many ids are as good as a page.
    private const int IdsEnough = 256;

    // How far ahead it is asked which pages have to be read: digests take some microseconds.
    private const int LookAhead = 128;

    private readonly SureReads _reads = new(store, Keys.Head(shard));

    /// <summary>The ids of the newest page that has any wanted before an arrival number, the last to arrive first.</summary>
    public Task<IdPage> ReadAsync(long before, JobFilter wanted, CancellationToken cancellationToken)
    {
        var spans = new Spans(pages.Spans);
        return WalkAsync(spans, spans.NumbersDown(pages.PageOf(before - 1)), before, isUp: false, wanted, cancellationToken);
    }

    /// <summary>The ids of the oldest page that has any wanted from an arrival number on, the first to arrive first.</summary>
    public Task<IdPage> ReadUpAsync(long from, JobFilter wanted, CancellationToken cancellationToken)
    {
        var spans = new Spans(pages.Spans);
        return WalkAsync(spans, spans.NumbersUp(pages.PageOf(from)), from, isUp: true, wanted, cancellationToken);
    }

    private async Task<IdPage> WalkAsync(
        Spans spans, IEnumerable<long> numbers, long beyond, bool isUp, JobFilter wanted, CancellationToken cancellationToken)
    {
        var read = new Dictionary<long, PageDocument>();
        var found = new List<ArrivedId>();
        DateTimeOffset? lookedTo = null;
        long? passed = null;
        int documents = 0;
        foreach (long page in numbers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PageDigest? digest = pages.DigestOf(page);
            Places? candidates = digest is null ? null : wanted.CandidatesOf(digest);
            if (candidates?.IsEmpty != true)
            {
                Guid[] ids;
                if (pages.Live(page) is { } live)
                {
                    ids = live.Ids.ToArray();
                }
                else
                {
                    if (!read.ContainsKey(page))
                    {
                        if (found.Count > 0 || documents > 0)
                        {
                            // Whoever looks may have enough, or no more time: he goes on from here.
                            return Stopped();
                        }

                        long[] some = [page, .. Ahead(spans, page, isUp, wanted)];
                        documents += some.Length;
                        await ReadAsync(some, spans, read, cancellationToken);
                    }

                    ids = read[page].Ids;
                    if (digest is null && wanted.IsChoosy && pages.Enter(page, read[page]) is { } entered)
                    {
                        digest = entered;
                        candidates = wanted.CandidatesOf(digest);
                    }
                }

                AddWanted(ids, pages.FirstOf(page), beyond, isUp, candidates, wanted.EndedOnly ? pages.Live(page) : null, found);
            }

            passed = pages.FirstOf(isUp ? page + 1 : page);
            lookedTo = digest is { Created: { HasAny: true } created } ? isUp ? created.To : created.From : lookedTo;
            if (found.Count > 0 && !(wanted.IsChoosy && found.Count < IdsEnough))
            {
                return Stopped() with { More = isUp ? page < spans.Last : page > spans.First };
            }
        }

        return new IdPage(found, More: false) { LookedAt = documents };

        IdPage Stopped() => new(found, More: true) { Beyond = passed, LookedAt = documents, LookedTo = lookedTo };
    }

    /// <summary>The next pages that have to be read as well: together they take one request.</summary>
    private IEnumerable<long> Ahead(Spans spans, long page, bool isUp, JobFilter wanted) => wanted.IsChoosy
        ? (isUp ? spans.NumbersUp(page + 1) : spans.NumbersDown(page - 1))
            .Take(LookAhead)
            .Where(further => pages.Live(further) is null && MayHave(pages.DigestOf(further), wanted))
            .Take(pagesInOneRead - 1)
        : [];

    private static bool MayHave(PageDigest? digest, JobFilter wanted) => digest is null || !wanted.CandidatesOf(digest).IsEmpty;

    private async Task ReadAsync(
        IReadOnlyList<long> numbers, Spans spans, Dictionary<long, PageDocument> into, CancellationToken cancellationToken)
    {
        var keys = numbers.ToDictionary(page => page, page => Keys.Page(shard, spans.EpochOf(page)!.Value, page));
        IReadOnlyDictionary<string, StoredItem> found = await _reads.ReadAsync([.. keys.Values], cancellationToken);
        foreach (long page in numbers)
        {
            into[page] = found.TryGetValue(keys[page], out StoredItem item)
                ? UnreadableException.Read(keys[page], item.Value, PageDocument.Parse)
                : new PageDocument([]);
        }
    }

    private void AddWanted(
        Guid[] ids, long first, long beyond, bool isUp, Places? candidates, IndexPage? withoutLive, List<ArrivedId> to)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            int place = isUp ? i : ids.Length - 1 - i;
            bool isBeyond = isUp ? first + place >= beyond : first + place < beyond;

            // Jobs that lived in memory only leave gaps.
            if (!isBeyond || ids[place] == Guid.Empty || candidates?.Has(place) == false)
            {
                continue;
            }

            var id = new JobId(ids[place]);
            if (withoutLive?.IsLive(place) != true || isUnderWay(id))
            {
                to.Add(new ArrivedId(first + place, id));
            }
        }
    }
}
