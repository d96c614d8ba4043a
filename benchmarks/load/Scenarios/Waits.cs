using System.Collections.Concurrent;
using System.Diagnostics;

namespace Load;

/// <summary>
/// Ten thousand callers who each wait for a job's result on a connection of their own: memory, and how late they are told.
/// </summary>
internal static class Waits
{
    private const int Full = 10_000;
    private const int OpenAtOnce = 100;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);
    private static readonly byte[] LeaseMany = Request.Post("/queues/load/lease", """{"worker":"load","max":100}""");

    public static async Task RunAsync(Measuring measuring)
    {
        int port = measuring.Suite.JobsPort;
        using (var lives = new ClosedLoop(port, OpenAtOnce, Turns.Life()))
        {
            await lives.RunAsync(TimeSpan.FromSeconds(measuring.Options.Warm));
        }

        int waits = measuring.Options.Scaled(Full) / Texts.BatchJobs * Texts.BatchJobs;
        using Connection control = await Connection.OpenAsync(port);
        var ids = new List<string>(waits);
        while (ids.Count < waits)
        {
            ids.AddRange(Turns.IdsOf(await control.DemandAsync(Texts.Batch)));
        }

        IReadOnlyDictionary<string, Usage> before = await measuring.UsageAsync();
        var answered = new ConcurrentDictionary<string, long>();
        var waiting = new List<Task>(waits);
        foreach (string[] some in ids.Chunk(OpenAtOnce))
        {
            Connection[] open = await Task.WhenAll(some.Select(_ => Connection.OpenAsync(port)));
            waiting.AddRange(some.Zip(open, (id, connection) => WaitAsync(id, connection, answered)));
        }

        // What they take is there once they are: whoever asks when its job has ended is answered at once, and late by nothing.
        await Task.Delay(Settle);
        await measuring.NoteMemoryAsync(before);

        var committed = new Dictionary<string, long>();
        long started = Stopwatch.GetTimestamp();
        while (committed.Count < waits)
        {
            (string Id, string Token)[] leased = Turns.Leased(await control.DemandAsync(LeaseMany));
            await control.DemandAsync(Request.Post("/jobs/report", Turns.Reports(leased)));
            long now = Stopwatch.GetTimestamp();
            foreach ((string id, _) in leased)
            {
                committed[id] = now;
            }
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Task.WhenAll(waiting);
        double[] late =
        [
            .. committed.Select(one => Math.Max(0, Stopwatch.GetElapsedTime(one.Value, answered[one.Key]).TotalMilliseconds)).Order(),
        ];
        measuring.Note("rate", waits / seconds);
        measuring.Note("p50", Summary.Percentile(late, 0.5));
        measuring.Note("p99", Summary.Percentile(late, 0.99));
        measuring.Note("latest", late[^1]);
    }

    private static async Task WaitAsync(string id, Connection connection, ConcurrentDictionary<string, long> answered)
    {
        using (connection)
        {
            await connection.DemandAsync(Request.Get($"/jobs/{id}/result", "Prefer: wait=60\r\n"));
            answered[id] = Stopwatch.GetTimestamp();
        }
    }
}
