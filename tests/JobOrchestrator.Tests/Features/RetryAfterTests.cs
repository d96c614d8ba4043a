using System.Globalization;
using System.Net;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using TestSupport;

namespace JobOrchestrator.Tests.Features;

/// <summary>When whoever looks at a live job is told to look again: half of what is left of it, as far as that is known.</summary>
public sealed class RetryAfterTests
{
    [Fact]
    public async Task Get_WaitingJobsOfAQueueWithAPace_SayHalfOfWhatIsLeft()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId next, JobId last) = await PacedQueue.MakeAsync(host);

        // A job each five seconds, which runs for five: 50 of them, and the last one's own run.
        Assert.InRange(await SecondsAsync(host, $"/jobs/{last}"), 110, 145);
        Assert.Equal(await SecondsAsync(host, $"/jobs/{last}"), await SecondsAsync(host, $"/jobs/{last}/result"));
        Assert.InRange(await SecondsAsync(host, $"/jobs/{next}"), 4, 6);
    }

    [Fact]
    public async Task Get_ARunningJobOfATypeWhoseRunsAreKnown_SaysHalfOfWhatIsLeftUntilItRunsForLonger()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (JobId next, _) = await PacedQueue.MakeAsync(host);
        (JobId running, _) = await host.LeaseAsync();
        Assert.Equal(next, running);

        // At first no more than it has run for: this one may be done in a moment.
        Assert.Equal(1, await SecondsAsync(host, $"/jobs/{running}"));
        await host.AdvanceAsync(TimeSpan.FromSeconds(1.2));
        Assert.Equal(2, await SecondsAsync(host, $"/jobs/{running}"));
        await host.AdvanceAsync(TimeSpan.FromSeconds(2.3));
        Assert.Equal(1, await SecondsAsync(host, $"/jobs/{running}"));
        await host.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.InRange(await SecondsAsync(host, $"/jobs/{running}"), 15, 17); // a tenth of its age
    }

    /// <summary>Due in a minute or in four, both start in four and a bit: behind those that are in line now.</summary>
    [Fact]
    public async Task Get_AScheduledJob_SaysUntilItIsDueOrHalfOfWhatIsLeftIfThatIsMore()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PacedQueue.MakeAsync(host);
        JobId soon = await host.SubmitAsync("""{"type":"send","delaySeconds":60}""");
        JobId later = await host.SubmitAsync("""{"type":"send","delaySeconds":240}""");
        JobId muchLater = await host.SubmitAsync("""{"type":"send","delaySeconds":1000}""");

        Assert.InRange(await SecondsAsync(host, $"/jobs/{soon}"), 110, 145);
        Assert.Equal(await SecondsAsync(host, $"/jobs/{soon}"), await SecondsAsync(host, $"/jobs/{soon}/result"));
        Assert.Equal(240, await SecondsAsync(host, $"/jobs/{later}"));
        Assert.Equal(1_000, await SecondsAsync(host, $"/jobs/{muchLater}"));

        await host.PostAsync("/queues/default/pause", "");

        Assert.Equal(60, await SecondsAsync(host, $"/jobs/{soon}"));
    }

    [Fact]
    public async Task Get_AJobThatPausesAndGoesBeforeTheLine_SaysUntilItIsDue()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PacedQueue.MakeAsync(host);
        await host.SubmitAsync("""{"type":"send","priority":1,"maxRetries":3,"backoff":{"kind":"fixed","seconds":40}}""");
        (JobId job, string token) = await host.LeaseAsync();
        await host.PostAsync($"/jobs/{job}/fail", $$"""{"leaseToken":"{{token}}","error":{"title":"SMTP 451"} }""");

        Assert.Equal(40, await SecondsAsync(host, $"/jobs/{job}"));
    }

    [Fact]
    public async Task Submit_IntoAQueueWithAPace_SaysASecond()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PacedQueue.MakeAsync(host);

        Answer submitted = await host.PostAsync("/jobs", """{"type":"send"}""");

        Assert.Equal((HttpStatusCode.Accepted, "1"), (submitted.Status, submitted["Retry-After"]));
    }

    [Fact]
    public async Task Get_AWaitingJobThatIsNotHandedOut_SaysATenthOfItsAge()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (_, JobId last) = await PacedQueue.MakeAsync(host);
        JobId other = await host.SubmitAsync("""{"type":"nobody-takes-it"}""");
        await host.PostAsync("/queues/default/lease", """{"worker":"w","types":["send"]}""");

        // What it asked for five seconds before that, any type, counts no more; that it asks for this one does.
        await host.AdvanceAsync(TimeSpan.FromSeconds(57));
        Assert.Equal(5, await SecondsAsync(host, $"/jobs/{other}"));
        Assert.InRange(await SecondsAsync(host, $"/jobs/{last}"), 31, 300);

        await host.PostAsync("/queues/default/pause", "");

        Assert.Equal(20, await SecondsAsync(host, $"/jobs/{last}"));
    }

    /// <summary>A look at a job is answered from memory, whatever the store does; the time to look again is not worth a wait.</summary>
    [Fact]
    public async Task Get_WhileTheStoreDoesNotAnswer_IsAnsweredAllTheSame()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (_, JobId last) = await PacedQueue.MakeAsync(host);
        await host.Jobs.TroubleAsync("unknown");
        Task<Answer> stuck = host.PostAsync("/jobs", "{}");
        await Eventually.TrueAsync(() => host.Jobs.Store.Silences > 0, "the shard waits for the store");
        DateTimeOffset before = host.Time.GetUtcNow();

        Answer answer = await host.Jobs.WhileTimePassesAsync(host.GetAsync($"/jobs/{last}"));

        Assert.Equal((HttpStatusCode.OK, "15"), (answer.Status, answer["Retry-After"]));
        Assert.InRange(host.Time.GetUtcNow() - before, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await host.Jobs.MendAsync();
        await host.Jobs.WhileTimePassesAsync(stuck);
    }

    /// <summary>Where many commands wait, none is put in line behind them for that, not even for the tenth of a second.</summary>
    [Fact]
    public async Task Get_WhileManyCommandsWait_IsAnsweredWithoutOneMore()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (_, JobId last) = await PacedQueue.MakeAsync(host);
        await host.Jobs.TroubleAsync("unknown");
        Task<Answer> first = host.PostAsync("/jobs", "{}");
        await Eventually.TrueAsync(() => host.Jobs.Store.Silences > 0, "the shard waits for the store");
        Task<Answer>[] stuck = [first, .. Enumerable.Range(0, 300).Select(_ => host.PostAsync("/jobs", "{}"))];
        await Eventually.TrueAsync(() => host.Jobs.Waiting > 250, "many wait for the store");
        DateTimeOffset before = host.Time.GetUtcNow();

        Answer answer = await host.GetAsync($"/jobs/{last}");

        Assert.Equal((HttpStatusCode.OK, "15"), (answer.Status, answer["Retry-After"]));
        Assert.Equal(before, host.Time.GetUtcNow());
        await host.Jobs.MendAsync();
        await host.Jobs.WhileTimePassesAsync(Task.WhenAll(stuck));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(599, 300)]
    [InlineData(100_000_000, 300)]
    public void Seconds_OfWhatIsLeft_AreHalfOfItFromOneTo300(int left, int seconds) =>
        Assert.Equal(seconds, RetryAfter.Seconds(LiveJob(), TestNow, TimeSpan.FromSeconds(left)));

    [Theory]
    [InlineData(10, null, 10)]
    [InlineData(10, 15, 10)]
    [InlineData(10, 100, 50)]
    [InlineData(10, 100_000, 300)]
    [InlineData(1_000, 100_000, 1_000)]
    [InlineData(10_000, null, 3_600)]
    public void Seconds_OfAJobThatIsNotDue_AreUntilThenOrHalfOfWhatIsLeft(int due, int? left, int seconds) =>
        Assert.Equal(
            seconds,
            RetryAfter.Seconds(
                LiveJob() with { RunAt = TestNow.AddSeconds(due) }, TestNow, left is { } known ? TimeSpan.FromSeconds(known) : null));

    /// <summary>Half of a type's jobs may end in a moment and the others after an hour.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 2)]
    [InlineData(100, 100)]
    [InlineData(1_000, 300)]
    public void Seconds_OfARunningJob_AreNoMoreThanItHasRunFor(int ran, int seconds)
    {
        var attempt = new Attempt(1, "w", TestNow.AddSeconds(-ran), "token");
        var late = new Attempt(0, "v", TestNow, "old", TestNow, AttemptOutcome.Refused);
        Job job = LiveJob() with { Status = JobStatus.InProgress, Attempt = 1, Attempts = [attempt, late] };

        Assert.Equal(seconds, RetryAfter.Seconds(job, TestNow, TimeSpan.FromHours(1)));
    }

    private static readonly DateTimeOffset TestNow = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static Job LiveJob() => new()
    {
        Id = JobId.Create(TestNow, 0, 1),
        Order = 1,
        CreatedAt = TestNow,
        RunAt = TestNow,
        UpdatedAt = TestNow,
        Spec = new JobSpec { Type = "send", Queue = "default", LeaseSeconds = 30 },
    };

    private static async Task<int> SecondsAsync(ApiHost host, string path) =>
        int.Parse((await host.GetAsync(path))["Retry-After"]!, CultureInfo.InvariantCulture);
}
