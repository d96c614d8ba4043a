using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Worker;
using JobOrchestrator.Sdk;
using TestSupport;
using Xunit.Abstractions;

namespace EndToEnd.Workers;

/// <summary>What has to hold while workers are killed and frozen at random.</summary>
[Collection(SharedSuite.Name)]
public sealed class ChaosTests(SharedSuite shared, ITestOutputHelper output)
{
    private const int WorkerCount = 6;
    private const int FrozenAtOnceMax = 2;
    private const int Incidents = 40;
    private const int MaxRetries = 10;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(150);

    private readonly string _queue = SharedSuite.NewQueue("chaos");

    private static int JobCount { get; } = Setting("E2E_CHAOS_JOBS", 5_000);

    private static int Seed { get; } = Setting("E2E_CHAOS_SEED", Environment.TickCount);

    [UnixFact]
    public async Task WorkersKilledAndFrozenAtRandom_EveryJobCompletesOnceAndNoAttemptOverlapsAnother()
    {
        output.WriteLine($"to have it again: E2E_CHAOS_SEED={Seed} E2E_CHAOS_JOBS={JobCount}");
        var random = new Random(Seed);
        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<string> accepted = await SubmitAsync(random);
        await using (var fleet = new Fleet(
            WorkerCount, name => WorkerProcess.Start(shared.Suite, name, _queue, concurrency: 8, prefetch: 4)))
        {
            int freezes = await HarassAsync(fleet, random);
            await FinishedAtLeastAsync(JobCount);
            output.WriteLine(
                $"{JobCount} jobs in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s; {fleet.Replaced} workers killed, {freezes} "
                    + "frozen for longer than their leases");
            // With them go the last of the late reports.
            Assert.All(await fleet.TerminateAsync(), code => Assert.Equal(0, code));
            Assert.True(freezes > 0 && fleet.Replaced > 0);
        }

        List<Job> jobs = await shared.Client.ListAsync(new JobFilter { Queue = _queue, PageSize = 1_000 }).ToListAsync();
        ILookup<string, Feed.Entry> events = (await Feed.EntriesAsync(shared.Suite.Jobs, $"queue={_queue}")).ToLookup(
            entry => entry.JobId);

        Assert.Equal(accepted.Order(), jobs.Select(job => job.Id).Order());
        Assert.All(jobs, CompletedOnce);
        Assert.All(jobs, job => ToldInOrder(job, [.. events[job.Id]]));
        Assert.Contains(jobs, job => job.Attempts.Any(attempt => attempt.Outcome == JobAttemptOutcome.Refused));
        IEnumerable<string> attempts = jobs.CountBy(job => job.Attempt).OrderBy(group => group.Key)
            .Select(group => $"{group.Value} jobs took {group.Key}");
        output.WriteLine($"attempts: {string.Join(", ", attempts)}");
        output.WriteLine($"{jobs.Sum(job => job.Attempts.Count - job.WithoutRefusals().Count())} late reports refused");
    }

    private static void CompletedOnce(Job job)
    {
        var attempts = job.WithoutRefusals().ToList();
        Assert.Equal(JobStatus.Completed, job.Status);
        Assert.Equal(Enumerable.Range(1, job.Attempt), attempts.Select(attempt => attempt.Number));
        // Released: the worker died before the orchestrator's answer reached it, and never had the job.
        Assert.All(
            attempts.SkipLast(1),
            attempt => Assert.True(attempt.Outcome is JobAttemptOutcome.LeaseLost or JobAttemptOutcome.Released, $"{job.Id}: {attempt}"));
        Assert.InRange(attempts.Count(attempt => attempt.Outcome == JobAttemptOutcome.LeaseLost), 0, MaxRetries);
        Assert.Equal(JobAttemptOutcome.Completed, attempts[^1].Outcome);
        Assert.All(attempts.Zip(attempts.Skip(1)), pair => Assert.True(pair.First.EndedAt <= pair.Second.StartedAt, $"{job.Id}: {pair}"));
        // Whatever came late: the result is that of the attempt that completed.
        WorkResult result = job.ReadResult<WorkResult>()!;
        Assert.Equal((attempts[^1].Worker, job.Attempt), (result.Worker, result.Attempt));
        Assert.All(
            job.Attempts.Where(attempt => attempt.Outcome == JobAttemptOutcome.Refused),
            late => Assert.Contains(attempts, attempt =>
                (attempt.Number, attempt.Worker, attempt.Outcome) == (late.Number, late.Worker, JobAttemptOutcome.LeaseLost)));
    }

    private static void ToldInOrder(Job job, IReadOnlyList<Feed.Entry> events)
    {
        Assert.Equal(Enumerable.Range(1, (int)job.Sequence).Select(sequence => (long)sequence), events.Select(entry => entry.Sequence));
        Assert.All(events.SkipLast(1), entry => Assert.True(entry.Type is "job.created" or "job.updated", entry.Type));
        Assert.Equal("job.completed", events[^1].Type);
    }

    private async Task<IReadOnlyList<string>> SubmitAsync(Random random)
    {
        List<string> accepted = [];
        while (accepted.Count < JobCount)
        {
            using HttpResponseMessage answer = await shared.Suite.Jobs.PostAsJsonAsync(
                "/jobs/batch",
                Enumerable.Range(0, Math.Min(500, JobCount - accepted.Count)).Select(_ => new
                {
                    queue = _queue,
                    type = "work",
                    input = new
                    {
                        milliseconds = random.Next(10, 300),
                        steps = random.Next(1, 4),
                        savesCheckpoints = random.Next(4) == 0,
                        isDisobedient = random.Next(2) == 0,
                    },
                    leaseSeconds = Lease.TotalSeconds,
                    maxRetries = MaxRetries,
                    backoff = new { kind = "fixed", seconds = 0.1 },
                }));
            string body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.Accepted, body);
            accepted.AddRange(JsonNode.Parse(body)!.AsArray().Select(job => job!["id"]!.GetValue<string>()));
        }

        return accepted;
    }

    /// <summary>
    /// Kills and freezes, evenly spread over nine tenths of the jobs, until everyone is awake again. Returns how many were frozen.
    /// </summary>
    private async Task<int> HarassAsync(Fleet fleet, Random random)
    {
        List<WorkerProcess> killed = [];
        List<(WorkerProcess Worker, Task Thaw)> frozen = [];
        for (int incident = 1; incident <= Incidents; incident++)
        {
            await FinishedAtLeastAsync(JobCount * 9 / 10 * incident / Incidents);
            var asleep = frozen.Where(freeze => !freeze.Thaw.IsCompleted).Select(freeze => freeze.Worker).ToList();
            List<WorkerProcess> awake = await Eventually.ValueAsync(
                () => fleet.Workers.Except(killed).Except(asleep).ToList(), workers => workers.Count > 0, "a worker is up and awake");
            WorkerProcess victim = awake[random.Next(awake.Count)];
            TimeSpan length = Lease * (1.2 + random.NextDouble());
            if (random.Next(2) == 0 && asleep.Count < FrozenAtOnceMax)
            {
                frozen.Add((victim, FreezeAsync(victim, length)));
            }
            else
            {
                killed.Add(victim);
                victim.Kill();
            }
        }

        await Task.WhenAll(frozen.Select(freeze => freeze.Thaw));
        return frozen.Count;
    }

    private static async Task FreezeAsync(WorkerProcess worker, TimeSpan length)
    {
        worker.Freeze();
        await Task.Delay(length);
        worker.Wake();
    }

    private Task FinishedAtLeastAsync(int count) => Eventually.ValueAsync(
        async () =>
        {
            JsonNode queue = (await shared.Suite.Jobs.GetFromJsonAsync<JsonNode>($"/queues/{_queue}"))!;
            return JobCount - queue["depth"]!.GetValue<int>() - queue["leased"]!.GetValue<int>();
        },
        finished => finished >= count,
        $"{count} of {JobCount} jobs finished",
        EndDeadline);

    private static int Setting(string name, int absent) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : absent;
}
