using JobOrchestrator.Sdk;
using JobOrchestrator.Sdk.Testing;

namespace JobOrchestrator.Tests.Sdk;

/// <summary>What a caller's test meets with a <see cref="FakeJobClient"/> is what the service answers: the same calls at both.</summary>
public sealed class FakeAndServiceTests
{
    private static readonly Print One = new(1);
    private static readonly JobOptions Keyed = new() { IdempotencyKey = "k1" };
    private static readonly JobOptions Unique = new() { UniqueKey = "u", UniqueFor = TimeSpan.FromMinutes(10) };

    private static readonly Dictionary<string, Func<IJobClient, DateTimeOffset, Task<string>>> Calls = new()
    {
        ["a request repeated after its job was purged"] = async (jobs, _) =>
        {
            Job first = await PurgedAsync(jobs, Keyed);
            return await RefusalAsync(() => jobs.EnqueueAsync(One, Keyed), first);
        },
        ["another request under the key of a purged job"] = async (jobs, _) =>
        {
            Job first = await PurgedAsync(jobs, Keyed);
            return await RefusalAsync(() => jobs.EnqueueAsync(new Print(2), Keyed), first);
        },
        ["many repeated after one of them was purged"] = async (jobs, _) =>
        {
            var batch = new JobBatchOptions { IdempotencyKey = "b" };
            IReadOnlyList<Job> first = await jobs.EnqueueManyAsync([new(One), new(One)], batch);
            await EndAsync(jobs, first[1]);
            return await RefusalAsync(() => jobs.EnqueueManyAsync([new(One), new(One)], batch), first[1]);
        },
        ["each of many repeated after one of them was purged"] = async (jobs, _) =>
        {
            var batch = new JobBatchOptions { IdempotencyKey = "b" };
            IReadOnlyList<JobSubmissionOutcome> first = await jobs.EnqueueEachAsync([new(One), new(One)], batch);
            await EndAsync(jobs, first[1].Job!);
            IReadOnlyList<JobSubmissionOutcome> again = await jobs.EnqueueEachAsync([new(One), new(One)], batch);
            return string.Join(", ", again.Select(one => $"{(int)one.Status} {one.Problem?.Type}"));
        },
        ["a unique key that a purged job left taken"] = async (jobs, _) =>
        {
            Job first = await PurgedAsync(jobs, Unique);
            return await RefusalAsync(() => jobs.EnqueueAsync(One, Unique), first);
        },
        ["a unique key that a purged job left taken, to be returned"] = async (jobs, _) =>
        {
            Job first = await PurgedAsync(jobs, Unique);
            return await RefusalAsync(() => jobs.EnqueueAsync(One, Unique with { OnDuplicate = JobDuplicate.Return }), first);
        },
        ["a purged job cancelled"] = async (jobs, _) =>
        {
            Job first = await PurgedAsync(jobs, new JobOptions());
            return await RefusalAsync(() => jobs.CancelAsync(first.Id), first);
        },
        ["a purged job waited for"] = async (jobs, _) =>
        {
            Job first = await PurgedAsync(jobs, new JobOptions());
            return await RefusalAsync(() => jobs.WaitAsync(first.Id), first);
        },
        ["a purged job purged again"] = async (jobs, _) =>
        {
            Job first = await PurgedAsync(jobs, new JobOptions());
            await jobs.PurgeAsync(first.Id);
            return $"{await jobs.GetAsync(first.Id) is null}";
        },
        ["a job that nobody knows"] = async (jobs, _) =>
            await RefusalAsync(() => jobs.CancelAsync("01890000-0000-7000-8000-000000000000"), null),
        ["an instant in the past"] = async (jobs, now) =>
        {
            Job job = await jobs.EnqueueAsync(One, new JobOptions { RunAt = default(DateTimeOffset) });
            return $"{job.RunAt - now}, {(await jobs.GetQueueAsync("default")).OldestAgeSeconds}";
        },
        ["no instant"] = async (jobs, now) => $"{(await jobs.EnqueueAsync(One)).RunAt - now}",
        ["an instant to come"] = async (jobs, now) =>
            $"{(await jobs.EnqueueAsync(One, new JobOptions { RunAt = now.AddHours(1) })).RunAt - now}",
        ["a job moved into the past"] = async (jobs, now) =>
        {
            Job job = await jobs.EnqueueAsync(One, new JobOptions { Delay = TimeSpan.FromHours(1) });
            Job moved = await jobs.ReprioritiseAsync(job.Id, runAt: default(DateTimeOffset));
            return $"{moved.RunAt - now}, {moved.Sequence - job.Sequence}, {(await jobs.GetQueueAsync("default")).OldestAgeSeconds}";
        },
        ["a job moved to where it stands"] = async (jobs, now) =>
        {
            Job job = await jobs.EnqueueAsync(One, new JobOptions { RunAt = now.AddHours(1), Priority = 3 });
            Job moved = await jobs.ReprioritiseAsync(job.Id, priority: 3, runAt: now.AddHours(1));
            return $"{moved.RunAt - now}, {moved.Sequence - job.Sequence}";
        },
        ["phases"] = async (jobs, now) =>
        {
            Job ready = await jobs.EnqueueAsync(One, new JobOptions { Queue = "a" });
            Job later = await jobs.EnqueueAsync(One, new JobOptions { RunAt = now.AddHours(1), Queue = "b" });
            await jobs.PauseQueueAsync("a");
            await jobs.PauseQueueAsync("b");
            Job?[] paused = [await jobs.GetAsync(ready.Id), await jobs.GetAsync(later.Id)];
            await jobs.ResumeQueueAsync("a");
            Job cancelled = await jobs.CancelAsync(later.Id);
            return $"{ready.Phase} {later.Phase}, {paused[0]!.Phase} {paused[1]!.Phase}, {(await jobs.GetAsync(ready.Id))!.Phase} "
                + $"{cancelled.Phase}";
        },
        ["labels"] = async (jobs, _) =>
        {
            Job job = await jobs.EnqueueAsync(One, new JobOptions { Labels = Labels(("tenant", "42"), ("Area", "north \"1\"")) });
            Job same = await jobs.LabelAsync(job.Id, Changes(("tenant", "42"), ("none", null)));
            Job changed = await jobs.LabelAsync(job.Id, Changes(("tenant", "43"), ("Area", null), ("b", "x")), job.Sequence);
            Job again = await jobs.RetryAsync((await jobs.CancelAsync(job.Id)).Id);
            string refusals = string.Join(
                ", ",
                await RefusalAsync(() => jobs.LabelAsync(job.Id, Changes(("b", "y"))), job),
                await RefusalAsync(() => jobs.LabelAsync(again.Id, Changes(("b", "y")), again.Sequence + 1), again));
            return $"{Text(job)}; {Text(changed)}; {Text(again)}; {same.Sequence - job.Sequence}, {changed.Sequence - job.Sequence}; "
                + refusals;
        },
        ["labels that are none"] = async (jobs, _) =>
        {
            Dictionary<string, string> odd = Labels(("", "x"), ("a b/c~d\"", "x"), ("empty", ""), ("tab", "\t"), ("long", new('x', 129)));
            Job job = await jobs.EnqueueAsync(One);
            return string.Join(
                "\n",
                await RefusalAsync(() => jobs.EnqueueAsync(One, new JobOptions { Labels = odd }), null),
                await RefusalAsync(() => jobs.LabelAsync(job.Id, Changes(("a/b", "x"))), null));
        },
        ["more labels than a job may have"] = async (jobs, _) =>
        {
            Dictionary<string, string> most = Labels([.. Enumerable.Range(0, 16).Select(number => ($"k{number}", "x"))]);
            Dictionary<string, string> more = new(most) { ["one-more"] = "x" };
            Job job = await jobs.EnqueueAsync(One, new JobOptions { Labels = most });
            return string.Join(
                "\n",
                await RefusalAsync(() => jobs.EnqueueAsync(One, new JobOptions { Labels = more }), null),
                await RefusalAsync(() => jobs.LabelAsync(job.Id, Changes(("one-more", "x"))), job),
                $"{(await jobs.LabelAsync(job.Id, Changes(("one-more", "x"), ("k0", null)))).Labels.Count}");
        },
        ["an instant and a delay"] = (jobs, now) =>
            RefusalAsync(() => jobs.EnqueueAsync(One, new JobOptions { RunAt = now, Delay = TimeSpan.FromHours(1) }), null),
        ["a unique key's time without a unique key"] = (jobs, _) =>
            RefusalAsync(() => jobs.EnqueueAsync(One, new JobOptions { UniqueFor = TimeSpan.FromHours(1) }), null),
        ["a unique key's time without a unique key, among many"] = async (jobs, _) =>
            await RefusalAsync(
                () => jobs.EnqueueManyAsync([new(One), new(One, new JobOptions { UniqueFor = TimeSpan.FromHours(1) })]), null)
            + $", {await CountAsync(jobs)} jobs",
        ["a unique key's time without a unique key, among each of many"] = async (jobs, _) =>
        {
            IReadOnlyList<JobSubmissionOutcome> outcomes = await jobs.EnqueueEachAsync(
                [new(One), new(One, new JobOptions { UniqueFor = TimeSpan.FromHours(1) })]);
            return string.Join(", ", outcomes.Select(one => $"{(int)one.Status} {one.Problem?.Type}"));
        },
    };

    public static TheoryData<string> Names => [.. Calls.Keys];

    [JobType("print")]
    private sealed record Print(int Copies);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Fake_AnswersAsTheServiceDoes(string calls)
    {
        await using SdkHost host = await SdkHost.StartAsync();
        var clock = new ManualClock();

        string service = await SayAsync(Calls[calls](host.Client, host.Api.Time.GetUtcNow()));
        string fake = await SayAsync(Calls[calls](new FakeJobClient(time: clock), clock.GetUtcNow()));

        Assert.Equal(service, fake);
    }

    private static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.ToDictionary(label => label.Key, label => label.Value);

    private static Dictionary<string, string?> Changes(params (string Key, string? Value)[] labels) =>
        labels.ToDictionary(label => label.Key, label => label.Value);

    private static string Text(Job job) => string.Join(' ', job.Labels.Select(label => $"{label.Key}={label.Value}"));

    private static async Task<string> SayAsync(Task<string> calls)
    {
        try
        {
            return await calls;
        }
        catch (JobOrchestratorException refused)
        {
            return $"unexpected: {refused.Message}";
        }
    }

    private static async Task<Job> PurgedAsync(IJobClient jobs, JobOptions options)
    {
        Job job = await jobs.EnqueueAsync(One, options);
        await EndAsync(jobs, job);
        return job;
    }

    private static async Task EndAsync(IJobClient jobs, Job job)
    {
        await jobs.CancelAsync(job.Id);
        await jobs.PurgeAsync(job.Id);
    }

    private static async Task<int> CountAsync(IJobClient jobs)
    {
        int count = 0;
        await foreach (Job _ in jobs.ListAsync())
        {
            count++;
        }

        return count;
    }

    /// <summary>As which exception with which status and problem, and whether it names this job.</summary>
    private static async Task<string> RefusalAsync(Func<Task> call, Job? job)
    {
        JobOrchestratorException refused = await Assert.ThrowsAnyAsync<JobOrchestratorException>(call);
        string problem = refused.Problem is { } said ? $"{said.Type} {said.Title} {said.Status} {said.Index} {said.JobId == job?.Id}" : "";
        string holder = refused is DuplicateJobException duplicate ? $"{duplicate.HolderId == job?.Id}" : "";
        return $"{refused.GetType().Name} {(int?)refused.Status} {problem} {refused.Problem?.Errors} {holder}";
    }
}
