using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Push;
using JobOrchestrator.Tests.Features;
using TestSupport;

namespace JobOrchestrator.Tests.Push;

public sealed class DispatcherTests
{
    [Fact]
    public async Task Submit_ToAPushQueue_GoesOutAsOneWorkMessage()
    {
        await using PushHost host = await PushHost.StartAsync();

        JobId id = await host.SubmitAsync("""
            {"queue":"mail","type":"send","owner":"shop","externalId":"order-7","input":{"to" : "a@b", "n":12345678901234567890},
             "state":[1],"priority":3,"leaseSeconds":45}
            """);

        Delivered work = (await host.OutAsync(1))[0];
        Job job = await host.JobAsync(id);
        string leaseEnd = Text(work.Data, "leaseExpiresAt");
        Assert.Equal("job-work-mail", work.Topic);
        Assert.Equal(
            ("1.0", $"{id}-1", "job.work", "job-orchestrator", id.ToString(), "application/json"),
            (Text(work.Event, "specversion"), Text(work.Event, "id"), Text(
                work.Event, "type"), Text(work.Event, "source"), Text(work.Event, "subject"), Text(work.Event, "datacontenttype")));
        Assert.Equal(
            $$"""{"jobId":"{{id}}","leaseToken":"{{job.Lease!.Token}}","leaseExpiresAt":"{{leaseEnd}}","leaseSeconds":45,"attempt":1"""
                + ""","type":"send","queue":"mail","owner":"shop","externalId":"order-7"""
                + "\",\"input\":{\"to\" : \"a@b\", \"n\":12345678901234567890},\"state\":[1],\"priority\":3}",
            work.Data.GetRawText());
        Assert.Equal(host.Time.GetUtcNow().AddSeconds(45), work.Data.GetProperty("leaseExpiresAt").GetDateTimeOffset());
        Assert.Equal((JobStatus.InProgress, "push"), (job.Status, job.Lease.Worker));
    }

    [Fact]
    public async Task Submit_ToAnotherQueue_StaysThere()
    {
        await using PushHost host = await PushHost.StartAsync();
        JobId other = await host.SubmitAsync("""{"queue":"letters"}""");

        await host.SubmitAsync();

        await host.OutAsync(1);
        await host.QuietAsync();
        Assert.Equal(JobStatus.New, (await host.JobAsync(other)).Status);
        Assert.Single(host.Bus.All);
    }

    [Fact]
    public async Task MaxRunning_MoreJobs_GoOutAsPlacesBecomeFree()
    {
        await using PushHost host = await PushHost.StartAsync(maxRunning: 3);
        await host.SubmitManyAsync(8);

        IReadOnlyList<Delivered> first = await host.OutAsync(3);
        await host.QuietAsync();
        Assert.Equal(3, host.Bus.All.Count);

        Assert.Equal("SUCCESS", await host.ReportAsync(Report(first[0], "complete")));
        Assert.Equal("SUCCESS", await host.ReportAsync(Report(first[1], "heartbeat")));
        await host.OutAsync(4);
        await host.QuietAsync();
        Assert.Equal(4, host.Bus.All.Count);

        Assert.Equal("SUCCESS", await host.ReportAsync($"[{Report(first[1], "complete")},{Report(first[2], "complete")}]"));
        await host.OutAsync(6);
        await host.QuietAsync();
        Assert.Equal(6, host.Bus.All.Count);
    }

    [Fact]
    public async Task Silence_PastTheLease_GoesOutAgainAsTheNextAttempt()
    {
        await using PushHost host = await PushHost.StartAsync(maxRunning: 1);
        JobId id = await host.SubmitAsync("""{"queue":"mail","leaseSeconds":20,"backoff":{"kind":"fixed","seconds":1,"jitter":0}}""");
        Delivered first = (await host.OutAsync(1))[0];
        await host.QuietAsync();

        await host.AdvanceAsync(TimeSpan.FromSeconds(21));

        Delivered second = (await host.OutAsync(2))[1];
        Assert.Equal(($"{id}-2", 2), (Text(second.Event, "id"), second.Attempt));
        Assert.NotEqual(first.Token, second.Token);
        Assert.Equal("SUCCESS", await host.ReportAsync(Report(first, "complete")));
        Assert.Equal(JobStatus.InProgress, (await host.JobAsync(id)).Status);
        Assert.Equal("SUCCESS", await host.ReportAsync(Report(second, "complete")));
        Assert.Equal(JobStatus.Completed, (await host.JobAsync(id)).Status);
    }

    [Fact]
    public async Task PullWorker_OnAPushQueue_TakesWhatIsNotOutYet()
    {
        await using PushHost host = await PushHost.StartAsync(maxRunning: 1);
        await host.SubmitManyAsync(2);
        await host.OutAsync(1);

        Answer leased = await host.PostAsync("/queues/mail/lease", """{"worker":"puller"}""");

        Assert.Equal(HttpStatusCode.OK, leased.Status);
        Assert.NotEqual(host.Bus.All[0].JobId, Text(leased.Json[0], "id"));
        await host.QuietAsync();
        Assert.Single(host.Bus.All);
    }

    [Fact]
    public async Task PausedQueue_IsNotPushedUntilItIsResumed()
    {
        await using PushHost host = await PushHost.StartAsync();
        await host.PostAsync("/queues/mail/pause", "");
        await host.SubmitAsync();
        await host.QuietAsync();
        Assert.Empty(host.Bus.All);

        await host.PostAsync("/queues/mail/resume", "");

        await host.OutAsync(1);
    }

    [Fact]
    public async Task ManyJobs_GoOutInFewPublishes()
    {
        await using PushHost host = await PushHost.StartAsync(maxRunning: 250);
        await host.SubmitManyAsync(250);

        await host.OutAsync(250);

        Assert.Equal(250, host.Bus.All.Select(work => work.JobId).Distinct().Count());
        Assert.True(host.Bus.Publishes.Max() <= 100 && host.Bus.Publishes.Count <= 10, string.Join(' ', host.Bus.Publishes));
    }

    [Fact]
    public async Task BrokerRefuses_JobGoesBackUnspentAndOutLater()
    {
        await using PushHost host = await PushHost.StartAsync(maxRunning: 5);
        host.Bus.Fault = () => PublishFault.Refused;
        JobId id = await host.SubmitAsync("""{"queue":"mail","maxRetries":0}""");
        await Eventually.ValueAsync(() => host.JobAsync(id), job => job is { Status: JobStatus.New, Attempt: 1 }, "the job went back");

        host.Bus.Fault = () => PublishFault.None;
        await AdvanceUntilAsync(host, () => host.Bus.All.Count >= 1);

        Assert.Equal("SUCCESS", await host.ReportAsync(Report(host.Bus.All[0], "complete")));
        Job job = await host.JobAsync(id);
        Assert.Equal(JobStatus.Completed, job.Status);
        Assert.Equal(AttemptOutcome.Released, job.Attempts[0].Outcome);
        Assert.NotEmpty(host.Log.Of(LogLevel.Warning, "did not take"));
    }

    [Fact]
    public async Task BrokerRefuses_ForLong_AsksWithOneJobAtATime()
    {
        await using PushHost host = await PushHost.StartAsync(maxRunning: 50);
        host.Bus.Fault = () => PublishFault.Refused;
        await host.SubmitManyAsync(50);

        await AdvanceUntilAsync(host, () => host.Bus.Publishes.Count >= 5);

        Assert.All(host.Bus.Publishes.Skip(1), messages => Assert.Equal(1, messages));
        host.Bus.Fault = () => PublishFault.None;
        await AdvanceUntilAsync(host, () => host.Bus.All.Count >= 50);
    }

    [Fact]
    public async Task OneMessageIsRefusedForEver_OthersPassIt()
    {
        await using PushHost host = await PushHost.StartAsync(maxRunning: 1);
        host.Bus.TooLarge = message => message.Job.Priority == 9;
        JobId large = await host.SubmitAsync("""{"queue":"mail","input":"too large for the broker","priority":9}""");
        await host.SubmitManyAsync(5);

        for (int done = 1; done <= 5; done++)
        {
            await AdvanceUntilAsync(host, () => host.Bus.All.Count >= done);
            await host.ReportAsync(Report(host.Bus.All[^1], "complete"));
        }

        Assert.DoesNotContain(host.Bus.All, work => work.JobId == large.ToString());
    }

    [Theory]
    [InlineData(PublishFault.AnswerLost)]
    [InlineData(PublishFault.RequestLost)]
    public async Task UnclearPublish_JobStaysOutUntilItsLeaseEnds(object lost)
    {
        await using PushHost host = await PushHost.StartAsync(maxRunning: 1);
        host.Bus.Fault = () => (PublishFault)lost;
        JobId id = await host.SubmitAsync("""{"queue":"mail","leaseSeconds":30,"backoff":{"kind":"fixed","seconds":1,"jitter":0}}""");
        await Eventually.TrueAsync(() => host.Log.Of(LogLevel.Warning, "not known").Count == 1, "the doubt is logged");
        host.Bus.Fault = () => PublishFault.None;

        await host.AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.Equal((JobStatus.InProgress, 1), ((await host.JobAsync(id)).Status, (await host.JobAsync(id)).Attempt));
        await AdvanceUntilAsync(host, () => host.Bus.All.Any(work => work.Attempt == 2));

        Assert.Equal(AttemptOutcome.LeaseLost, (await host.JobAsync(id)).Attempts[0].Outcome);
    }

    [Fact]
    public async Task StoreAway_IsWaitedFor()
    {
        await using PushHost host = await PushHost.StartAsync();
        await host.QuietAsync();
        await host.SubmitAsync();
        await host.OutAsync(1);
        await host.Jobs.TroubleAsync("down");
        await AdvanceUntilAsync(host, () => host.Log.Of(LogLevel.Debug, "pushing waits").Count > 0);

        await host.Jobs.MendAsync();
        await host.SubmitAsync();

        await AdvanceUntilAsync(host, () => host.Bus.All.Count >= 2);
    }

    [Fact]
    public async Task Restart_CountsWhatIsStillOut()
    {
        var clock = new ManualTimeProvider();
        await using Replica before = await Replica.StartAsync(clock, maxRunning: 2);
        for (int job = 0; job < 4; job++)
        {
            await before.Shards.EnqueueAsync("mail");
        }

        await Eventually.TrueAsync(() => before.Bus.All.Count == 2, "two are out");
        await before.DisposeAsync();

        await using Replica after = await Replica.StartAsync(clock, maxRunning: 2, before.Store);
        Delivered first = before.Bus.All[0];
        Assert.Empty(after.Bus.All);
        await after.Shards.ProposeAsync(new Command.Complete(new JobId(Guid.Parse(first.JobId)), first.Token));

        await Eventually.TrueAsync(() => after.Bus.All.Count == 1, "the free place is used");
        Assert.DoesNotContain(after.Bus.All[0].JobId, before.Bus.All.Select(work => work.JobId));
        Assert.Equal(2, (await after.Shards.Shards.QueueAsync("mail", CancellationToken.None)).InProgress);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 1)]
    [InlineData(4, 8)]
    [InlineData(19, 300)]
    public async Task Delay_GrowsWithTheReleasesInARow(int releases, double seconds)
    {
        await using PushHost host = await PushHost.StartAsync();
        Job job = await host.JobAsync(await host.SubmitAsync());
        Attempt[] attempts = [.. Enumerable.Range(1, releases + 1).Select(
            number => new Attempt(number, "push", job.CreatedAt, $"{number}", job.CreatedAt, AttemptOutcome.Released))];
        attempts[^1] = attempts[^1] with { EndedAt = null, Outcome = null };

        Assert.Equal(TimeSpan.FromSeconds(seconds), Dispatcher.DelayOf(job with { Attempts = attempts }));
    }

    internal static string Report(Delivered work, string action, string more = "") =>
        $$"""{"jobId":"{{work.JobId}}","action":"{{action}}","leaseToken":"{{work.Token}}"{{more}}}""";

    private static string Text(JsonElement of, string member) => of.GetProperty(member).GetString()!;

    private static async Task AdvanceUntilAsync(PushHost host, Func<bool> condition) =>
        await Eventually.TrueAsync(
            () =>
            {
                if (condition())
                {
                    return true;
                }

                host.Time.Advance(TimeSpan.FromMilliseconds(250));
                return false;
            },
            "it comes with time");
}
