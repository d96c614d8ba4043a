using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Loads a shard that has just been taken: its head, its live pages and their jobs. Nobody else can commit meanwhile.</summary>
internal static class Recovery
{
    // Documents in one bulk read: big enough to be quick, small enough for a sidecar's body limit with jobs of usual size.
    private const int DocumentsInOneRead = 200;

    public static async Task<LoadedShard> LoadAsync(
        int number,
        ShardStore shardStore,
        IStateStore store,
        StoreCalls calls,
        ShardSettings settings,
        JobBoard board,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        Head head = shardStore.Head;
        var shard = new Shard(settings, head.NextPage * IndexPage.Jobs);
        var pages = new PageIndex(head.Pages, head.NextPage);
        foreach (string queue in head.PausedQueues)
        {
            shard.LoadPaused(queue);
        }

        foreach (long[] chunk in LivePages(head).Chunk(DocumentsInOneRead))
        {
            string[] pageKeys = [.. chunk.Select(page => Keys.Page(number, pages.EpochOf(page)!.Value, page))];
            IReadOnlyDictionary<string, StoredItem> found = await ReadAsync(pageKeys);
            for (int i = 0; i < chunk.Length; i++)
            {
                if (!found.TryGetValue(pageKeys[i], out StoredItem item))
                {
                    throw new InvalidOperationException($"The head names the page {pageKeys[i]}, which is not in the store.");
                }

                shardStore.Loaded(pageKeys[i], item.ETag);
                Guid[] ids = IndexPage.Parse(item.Value).Ids;
                pages.Load(chunk[i], ids);
                await LoadJobsAsync(ids);
            }
        }

        // Nobody could report while the shard was without a holder.
        shard.Apply(new Command.Excuse(), now);
        return new LoadedShard(number, shard, shardStore, pages, new Outbox(head, now));

        Task<IReadOnlyDictionary<string, StoredItem>> ReadAsync(string[] keys) =>
            calls.TimedAsync(token => store.GetManyAsync(keys, Keys.Head(number), token), cancellationToken);

        async Task LoadJobsAsync(Guid[] ids)
        {
            foreach (string[] keys in ids.Where(id => id != Guid.Empty).Select(id => new JobId(id).ToString()).Chunk(DocumentsInOneRead))
            {
                foreach ((string key, StoredItem item) in await ReadAsync(keys))
                {
                    if (JobDocument.Read(item.Value) is not JobLookup.Found { Job: var job })
                    {
                        continue;
                    }

                    shard.Load(job, now);
                    pages.Count(null, job);
                    if (!job.IsFinished)
                    {
                        shardStore.Loaded(key, item.ETag);
                        board.Load(job);
                    }
                }
            }
        }
    }

    private static IEnumerable<long> LivePages(Head head)
    {
        for (int i = 0; i + 1 < head.LivePages.Count; i += 2)
        {
            for (long page = head.LivePages[i]; page <= head.LivePages[i + 1]; page++)
            {
                yield return page;
            }
        }
    }
}
