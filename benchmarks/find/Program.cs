using System.Diagnostics;
using System.Globalization;
using FindCost;
using JobOrchestrator.Features.Search;
using JobOrchestrator.Http;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;

int jobs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
TimeSpan pause = TimeSpan.Zero;
var store = new CountingStore(() => pause);
long began = Stopwatch.GetTimestamp();
await using (Held first = await Held.StartAsync(store))
{
    await Filling.EndedAsync(first.Shards, jobs);
    Console.WriteLine($"{jobs} ended in {Since(began).TotalSeconds:F1} s, {store.BytesWritten / 1_000_000} MB written");
    await Filling.WaitingAsync(first.Shards, jobs);
    Console.WriteLine($"{jobs} wait, after {Since(began).TotalSeconds:F1} s");
    await LookAsync(first.Shards, "the process that ran them");
}

began = Stopwatch.GetTimestamp();
await using Held next = await Held.StartAsync(store);
Console.WriteLine($"started again in {Since(began).TotalSeconds:F1} s");
await LookAsync(next.Shards, "another process, first time");
await LookAsync(next.Shards, "second time");
return;

async Task LookAsync(JobShards shards, string who)
{
    // About what a sidecar on this machine takes.
    pause = TimeSpan.FromMilliseconds(1);
    Console.WriteLine();
    Console.WriteLine($"{who,-44} {"median",9} {"jobs",6} {"requests",8} {"reads",6} {"documents",9} {"MB",5} {"loop",8}");
    await MeasureAsync("(nothing)", _ => Task.FromResult((0, true)));
    foreach (string query in (string[])
    [
        "queue:queue-w3 status:new", "status:new label.tenant:42", "status:running worker:worker-0", "external:order-1000005",
        "external:order-5", "external:nobody", "label.tenant:42", "label.tenant:nobody", "worker:worker-7", "worker:nobody",
        "status:failed type:type-3", "status:failed queue:queue-5 label.region:eu", "error:urn:error:timeout", "error:urn:other",
        "order-77", "queue:queue-3 finished:<1h attempt:>1",
    ])
    {
        await MeasureAsync(query, cursor => PageAsync(shards, query, cursor));
    }

    foreach (string query in (string[])["", "status:failed", "label.tenant:42", "status:new queue:queue-w1"])
    {
        await MeasureAsync($"count {query}", async _ =>
            ((await JobCount.OfAsync(shards, Search(shards, query), TimeProvider.System, JobCount.Within, default)).Count, true));
    }

    foreach (string query in (string[])["que", "label.tenant:", "worker:work"])
    {
        await MeasureAsync($"suggest {query}", async _ => (
            (await new Suggestions(shards, Caller.Anyone, shards.Now).ForAsync(TermAtCaret.Of(query, query.Length), default)).Count,
            true));
    }

    await MeasureAsync("workers", async _ => ((await shards.WorkersAsync(default)).Count, true));
    pause = TimeSpan.Zero;

    // To the end of what a list finds, page by page, 100 in each.
    async Task MeasureAsync(string name, Func<string?, Task<(int Found, bool IsEnd)>> lookAsync)
    {
        var times = new List<double>();
        int found = 0, requests = 0, reads = 0, documents = 0;
        long allocated = 0;
        TimeSpan slowest = TimeSpan.Zero;
        var all = Stopwatch.StartNew();
        do
        {
            using var probe = new Probe(shards);
            (int readsBefore, int documentsBefore, long bytesBefore) = (store.Reads, store.Documents, GC.GetTotalAllocatedBytes());
            long from = Stopwatch.GetTimestamp();
            (found, requests) = (0, 0);
            bool isEnd = false;
            for (_cursor = null; !isEnd && requests < 50; requests++)
            {
                (int some, isEnd) = await lookAsync(_cursor);
                found += some;
            }

            times.Add(Since(from).TotalMilliseconds);
            (reads, documents) = (store.Reads - readsBefore, store.Documents - documentsBefore);
            allocated = GC.GetTotalAllocatedBytes() - bytesBefore;
            TimeSpan slow = await probe.SlowestAsync();
            slowest = slow > slowest ? slow : slowest;
        }
        while (all.Elapsed < TimeSpan.FromSeconds(1.5) && times.Count < 15);

        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-44} {times[times.Count / 2],7:F1}ms {found,6} {requests,8} {reads,6} {documents,9} {allocated / 1e6,5:F0}"
            + $" {slowest.TotalMilliseconds,6:F1}ms"));
    }
}

static async Task<(int Found, bool IsEnd)> PageAsync(JobShards shards, string query, string? cursor)
{
    JobPage page = await new JobSearch(shards, Search(shards, query)).PageAsync(cursor, 100, default);
    _cursor = page.Cursor;
    return (page.Jobs.Count, page.Cursor is null);
}

static SearchRequest Search(JobShards shards, string query) =>
    SearchRequest.Of(JobQuery.Parse(query), TimeZoneInfo.Utc, Caller.Anyone, shards.Now, shards);

static TimeSpan Since(long timestamp) => Stopwatch.GetElapsedTime(timestamp);

internal static partial class Program
{
    private static string? _cursor;
}
