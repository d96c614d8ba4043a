using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Reads a shard's ids backwards or forwards, one index page at a time: from memory where the page is live, else from the store.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="pages">Its pages.</param>
/// <param name="store">Where pages are that are not in memory.</param>
internal sealed class PageReader(int shard, PageIndex pages, StoreCalls store)
{
    /// <summary>The ids of the newest page that has any before an arrival number, the last to arrive first.</summary>
    public async Task<IdPage> ReadAsync(long before, CancellationToken cancellationToken)
    {
        var spans = new Spans(pages.Spans);
        foreach (long page in spans.NumbersDown(pages.PageOf(before - 1)))
        {
            Guid[] ids = await IdsAsync(page, spans.EpochOf(page)!.Value, cancellationToken);
            long first = pages.FirstOf(page);
            var found = new List<ArrivedId>();
            for (long place = Math.Min(ids.Length, before - first) - 1; place >= 0; place--)
            {
                // Jobs that lived in memory only leave gaps.
                if (ids[place] != Guid.Empty)
                {
                    found.Add(new ArrivedId(first + place, new JobId(ids[place])));
                }
            }

            if (found.Count > 0)
            {
                return new IdPage(found, More: page > spans.First);
            }
        }

        return new IdPage([], More: false);
    }

    /// <summary>The ids of the oldest page that has any from an arrival number on, the first to arrive first.</summary>
    public async Task<IdPage> ReadUpAsync(long from, CancellationToken cancellationToken)
    {
        var spans = new Spans(pages.Spans);
        foreach (long page in spans.NumbersUp(pages.PageOf(from)))
        {
            Guid[] ids = await IdsAsync(page, spans.EpochOf(page)!.Value, cancellationToken);
            long first = pages.FirstOf(page);
            var found = new List<ArrivedId>();
            for (long place = Math.Max(0, from - first); place < ids.Length; place++)
            {
                if (ids[place] != Guid.Empty)
                {
                    found.Add(new ArrivedId(first + place, new JobId(ids[place])));
                }
            }

            if (found.Count > 0)
            {
                return new IdPage(found, More: page < spans.Last);
            }
        }

        return new IdPage([], More: false);
    }

    private async Task<Guid[]> IdsAsync(long page, long epoch, CancellationToken cancellationToken)
    {
        if (pages.Live(page) is { } live)
        {
            return live.Ids.ToArray();
        }

        string key = Keys.Page(shard, epoch, page);
        return await store.GetAsync(key, Keys.Head(shard), cancellationToken) is { } item
            ? UnreadableException.Read(key, item.Value, PageDocument.Parse).Ids
            : [];
    }
}
