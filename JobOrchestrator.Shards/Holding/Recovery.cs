using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Loads a shard that has just been taken: its head, its live pages, the keys that finished jobs left taken there, and the jobs that these
/// pages do not say have ended. Nobody else can commit meanwhile, for the lease is renewed. A job that its page names and the store does
/// not have is counted in the log, and one whose document cannot be read is named there and set aside; its page goes on, so that a start
/// finds it again. A head, a page or settings that cannot be read let no shard begin: nobody knows what they said.
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
        UnreadableDocuments unreadable,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        Head head = shardStore.Head;
        DateTimeOffset now = time.Now;
        var reads = new SureReads(store, Keys.Head(number));
        var underWay = new Queue<(long Page, string[] Keys, Task<IReadOnlyList<ReadJob>> Jobs)>();
        var shared = new SharedParts();
        int gone = 0, inOneRead = Math.Min(bounds.DocumentsInFirstRead, bounds.DocumentsInOneRead);
        var pages = new PageIndex(head.Pages, head.NextPage, bounds);
        var shard = new Shard(settings, pages.FirstOf(head.NextPage));
        var settingsIndex = new SettingsIndex(head, bounds);
        foreach (string queue in head.PausedQueues ?? [])
        {
            LoadQueue(new QueueSettings { Name = queue, Paused = true });
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
                PageDocument page = UnreadableException.Read(pageKeys[i], found[i], PageDocument.Parse);
                pages.Load(chunk[i], page);
                LoadKeys(page.Keys);
                await LoadJobsAsync(chunk[i], page.ToRead());
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

        (IReadOnlyList<HourDay> days, bool isTodayForeign) = await LoadDaysAsync();
        return new LoadedShard(
            number,
            shard,
            shardStore,
            pages,
            settingsIndex,
            new Outbox(head, now, bounds.RecentEventBytesMax, () => time.Now),
            unreadable,
            time)
        {
            Days = days,
            IsTodayForeign = isTodayForeign,
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
            IEnumerable<(int Page, string Part)> listed = pageNumbers.Zip(pageKeys, found).SelectMany(page =>
                UnreadableException.Read(page.Second, page.Third, SettingsDocument.ReadPage).Select(part => (page.First, part)));
            foreach ((int Page, string Part)[] chunk in listed.Chunk(bounds.DocumentsInOneRead))
            {
                IReadOnlyList<ReadOnlyMemory<byte>> documents =
                    await ReadAllAsync([.. chunk.Select(item => Keys.Settings(number, item.Part))], "A page of settings");
                foreach (((int page, string part), ReadOnlyMemory<byte> document) in chunk.Zip(documents))
                {
                    QueueSettings loaded =
                        UnreadableException.Read(Keys.Settings(number, part), document, SettingsDocument.Read);
                    LoadQueue(loaded);
                    settingsIndex.Load(page, part, loaded);
                }
            }
        }

        // Today goes on; the day before it names queues whose jobs have all ended. One read brings both.
        async Task<(IReadOnlyList<HourDay> Days, bool IsTodayForeign)> LoadDaysAsync()
        {
            DateOnly today = HourDay.DateOf(now);
            if (head.HistoryFrom is not { } from || from > today)
            {
                return ([], false);
            }

            DateOnly[] dates = from < today ? [today.AddDays(-1), today] : [today];
            IReadOnlyList<HourDay> found = await new StoredDays(number, reads, unreadable).ReadAsync(dates, cancellationToken);
            return (found, found.All(day => day.Date != today) && unreadable.Has(Keys.History(number, today)));
        }

        void LoadQueue(QueueSettings queue)
        {
            shard.Load(queue);
            board.Load(queue);
        }

        void LoadKeys(IReadOnlyList<KeyGuard> keys)
        {
            foreach (KeyGuard key in keys)
            {
                shard.Load(key, now);
            }
        }

        async Task LoadJobsAsync(long page, IEnumerable<Guid> ids)
        {
            string[] all = [.. ids.Select(id => new JobId(id).ToString())];
            for (int from = 0; from < all.Length;)
            {
                if (underWay.Count == bounds.LoadReadsMax)
                {
                    await EnterAsync();
                }

                string[] keys = all[from..Math.Min(from + inOneRead, all.Length)];
                underWay.Enqueue((page, keys, ReadJobsAsync(keys)));
                from += keys.Length;
            }
        }

        // Whoever reads makes jobs of it too: where there are several processors, several reads are at it.
        async Task<IReadOnlyList<ReadJob>> ReadJobsAsync(string[] keys)
        {
            IReadOnlyDictionary<string, StoredItem> found = await ReadAsync(keys);
            var jobs = new List<ReadJob>(found.Count);
            foreach ((string key, StoredItem item) in found)
            {
                jobs.Add(new ReadJob(key, item.ETag, item.Value.Length, Checked(key, JobDocument.Read(item.Value, shared))));
            }

            return jobs;
        }

        // In the order of the pages, whichever read ends first.
        async Task EnterAsync()
        {
            (long page, string[] keys, Task<IReadOnlyList<ReadJob>> read) = underWay.Dequeue();
            IReadOnlyList<ReadJob> found = await read;
            gone += keys.Length - found.Count;
            if (found.Count > 0)
            {
                // Large ones are read a few at a time, for none of them stays in memory.
                long average = Math.Max(1, found.Sum(job => (long)job.Bytes) / found.Count);
                inOneRead = (int)Math.Clamp(bounds.JobBytesInOneRead / average, 1, bounds.DocumentsInOneRead);
            }

            foreach ((string key, string etag, _, JobLookup lookup) in found)
            {
                if (lookup is JobLookup.Unreadable { Reason: var reason })
                {
                    unreadable.Add(key, reason, isAside: true);
                    pages.Keep(page);
                    continue;
                }

                unreadable.Remove(key);
                if (lookup is JobLookup.Purged { Keys: { Count: > 0 } left })
                {
                    LoadKeys(left);
                    pages.Guard(page, left);
                }

                if (lookup is not JobLookup.Found { Job: var job })
                {
                    continue;
                }

                Job kept = shard.Load(job, now);
                pages.Count(null, kept);
                if (!kept.IsFinished)
                {
                    shardStore.Loaded(key, etag);
                    board.Load(kept);
                }
            }

            if (found.Count == keys.Length)
            {
                return;
            }

            HashSet<string> there = [.. found.Select(job => job.Key)];
            foreach (string absent in keys.Where(key => !there.Contains(key)))
            {
                unreadable.Remove(absent);
            }
        }

        // A job under another's key would be written over that one, and an arrival number that was never given would use up all others.
        JobLookup Checked(string key, JobLookup lookup) => lookup is not JobLookup.Found { Job: var job } ? lookup
            : !IsOf(job.Id, key) ? new JobLookup.Unreadable("it is another job's.")
            : pages.PageOf(job.Order) >= head.NextPage ? new JobLookup.Unreadable("its order was never given.")
            : lookup;
    }

    private static bool IsOf(JobId id, string key)
    {
        Span<char> text = stackalloc char[36];
        return id.Value.TryFormat(text, out int length, "D") && key.AsSpan().SequenceEqual(text[..length]);
    }

    /// <summary>A job's document as it was read.</summary>
    private readonly record struct ReadJob(string Key, string ETag, int Bytes, JobLookup Lookup);

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

    [LoggerMessage(50, LogLevel.Warning, "Shard {Shard}: {Jobs} job(s) that its pages name are not in the state store.")]
    private static partial void LogGone(ILogger logger, int shard, int jobs);
}
