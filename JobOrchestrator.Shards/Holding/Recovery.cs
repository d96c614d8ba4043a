using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Loads a shard that has just been taken: its head, its live pages and their jobs. Nobody else can commit meanwhile, for the lease is
/// renewed. A job that its page names and the store does not have is counted in the log: nothing is skipped silently.
/// </summary>
internal static partial class Recovery
{
    public static async Task<LoadedShard> LoadAsync(
        int number,
        ShardStore shardStore,
        StoreCalls store,
        ShardSettings settings,
        ShardBounds bounds,
        JobBoard board,
        ShardTime time,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        Head head = shardStore.Head;
        DateTimeOffset now = time.Now;
        var reads = new SureReads(store, Keys.Head(number));
        var underWay = new Queue<(long Page, string[] Keys, Task<IReadOnlyDictionary<string, StoredItem>> Found)>();
        int gone = 0;
        int unreadable = 0;
        var pages = new PageIndex(head.Pages, head.NextPage, bounds.PageJobs);
        var shard = new Shard(settings, pages.FirstOf(head.NextPage));
        var settingsIndex = new SettingsIndex(head, bounds);
        foreach (string queue in head.PausedQueues ?? [])
        {
            shard.Load(new QueueSettings { Name = queue, Paused = true });
        }

        foreach (int[] chunk in Enumerable.Range(0, head.SettingsPages).Chunk(bounds.SettingsPagesInOneRead))
        {
            await LoadSettingsAsync(chunk);
        }

        foreach (long[] chunk in LivePages(head).Chunk(bounds.DocumentsInOneRead))
        {
            string[] pageKeys = [.. chunk.Select(page => Keys.Page(number, pages.EpochOf(page)!.Value, page))];
            IReadOnlyList<ReadOnlyMemory<byte>> found = await ReadAllAsync(pageKeys, "The head");
            for (int i = 0; i < chunk.Length; i++)
            {
                Guid[] ids = IndexPage.Parse(found[i]).Ids;
                pages.Load(chunk[i], ids);
                await LoadJobsAsync(chunk[i], ids);
            }
        }

        while (underWay.Count > 0)
        {
            await EnterAsync();
        }

        if (gone > 0)
        {
            LogGone(logger, number, gone);
        }

        return new LoadedShard(number, shard, shardStore, pages, settingsIndex, new Outbox(head, now, bounds.RecentEventBytesMax), time)
        {
            Unreadable = unreadable,
        };

        Task<IReadOnlyDictionary<string, StoredItem>> ReadAsync(string[] keys) =>
            reads.ReadAsync(keys, cancellationToken);

        async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAllAsync(string[] keys, string namedBy)
        {
            IReadOnlyDictionary<string, StoredItem> found = await ReadAsync(keys);
            var documents = new List<ReadOnlyMemory<byte>>(keys.Length);
            foreach (string key in keys)
            {
                if (!found.TryGetValue(key, out StoredItem item))
                {
                    throw new InvalidOperationException($"{namedBy} names the document {key}, which is not in the store.");
                }

                shardStore.Loaded(key, item.ETag);
                documents.Add(item.Value);
            }

            return documents;
        }

        async Task LoadSettingsAsync(int[] pageNumbers)
        {
            string[] pageKeys = [.. pageNumbers.Select(page => Keys.SettingsPage(number, page))];
            IReadOnlyList<ReadOnlyMemory<byte>> found = await ReadAllAsync(pageKeys, "The head");
            IEnumerable<(int Page, string Part)> listed = pageNumbers.Zip(found)
                .SelectMany(page => SettingsDocument.ReadPage(page.Second).Select(part => (page.First, part)));
            foreach ((int Page, string Part)[] chunk in listed.Chunk(bounds.DocumentsInOneRead))
            {
                IReadOnlyList<ReadOnlyMemory<byte>> documents =
                    await ReadAllAsync([.. chunk.Select(item => Keys.Settings(number, item.Part))], "A page of settings");
                foreach (((int page, string part), ReadOnlyMemory<byte> document) in chunk.Zip(documents))
                {
                    QueueSettings loaded = SettingsDocument.Read(document);
                    shard.Load(loaded);
                    settingsIndex.Load(page, part, loaded);
                }
            }
        }

        async Task LoadJobsAsync(long page, Guid[] ids)
        {
            IEnumerable<string> all = ids.Where(id => id != Guid.Empty).Select(id => new JobId(id).ToString());
            foreach (string[] keys in all.Chunk(bounds.DocumentsInOneRead))
            {
                if (underWay.Count == bounds.LoadReadsMax)
                {
                    await EnterAsync();
                }

                underWay.Enqueue((page, keys, ReadAsync(keys)));
            }
        }

        // In the order of the pages, whichever read ends first.
        async Task EnterAsync()
        {
            (long page, string[] keys, Task<IReadOnlyDictionary<string, StoredItem>> read) = underWay.Dequeue();
            IReadOnlyDictionary<string, StoredItem> found = await read;
            gone += keys.Length - found.Count;
            foreach ((string key, StoredItem item) in found)
            {
                JobLookup lookup;
                try
                {
                    lookup = JobDocument.Read(item.Value);
                }
                catch (StoreUnavailableException exception)
                {
                    // Nothing of ours overwrites it or takes it out of its page: a person may repair it, and the next start loads it.
                    unreadable++;
                    pages.Hold(page);
                    LogUnreadable(logger, number, key, exception.InnerException!.Message);
                    continue;
                }

                if (lookup is not JobLookup.Found { Job: var job })
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

    [LoggerMessage(
        51, LogLevel.Error, "Shard {Shard}: document {Key} cannot be read and stays as it is; its job is left out, all others go on. {Reason}")]
    private static partial void LogUnreadable(ILogger logger, int shard, string key, string reason);

    [LoggerMessage(50, LogLevel.Warning, "Shard {Shard}: {Jobs} job(s) that its pages name are not in the state store.")]
    private static partial void LogGone(ILogger logger, int shard, int jobs);
}
