using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Why;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Tests.Features;

/// <summary><c>GET /jobs/{id}/why</c>: each thing that a job can wait for is said, the one that counts first.</summary>
public sealed class WhyTests
{
    [Fact]
    public async Task Why_NoWorkerEverAsked_SaysSoAndSinceWhenThatIsKnown()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId job = await host.SubmitAsync("""{"type":"pdf","queue":"paper"}""");

        JsonElement why = await WhyAsync(host, job);

        Assert.Equal("Ready", why.GetProperty("phase").GetString());
        JsonElement reason = Assert.Single(why.GetProperty("reasons").EnumerateArray());
        Assert.Equal(
            ("no-worker", "paper", "pdf"),
            (Code(reason), reason.GetProperty("queue").GetString(), reason.GetProperty("type").GetString()));
        Assert.True(reason.TryGetProperty("watchedSince", out _));
        Assert.False(reason.TryGetProperty("since", out _));
        Assert.StartsWith("No worker has ever asked for type pdf in queue paper", Text(why), StringComparison.Ordinal);
        Assert.Equal("Nobody hands it out as it is.", why.GetProperty("noEstimate").GetString());
    }

    [Fact]
    public async Task Why_WorkersAskForOtherTypesOrNotAnyMore_SaysWhatTheyWantAndSinceWhen()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostAsync("/queues/paper/lease", """{"worker":"old","types":["pdf"]}""");
        await host.AdvanceAsync(TimeSpan.FromMinutes(6));
        await host.PostAsync("/queues/paper/lease", """{"worker":"w","types":["png","gif"]}""");
        JobId job = await host.SubmitAsync("""{"type":"pdf","queue":"paper"}""");

        JsonElement reason = (await WhyAsync(host, job)).GetProperty("reasons")[0];

        Assert.Equal(("no-worker", "old"), (Code(reason), reason.GetProperty("lastWorker").GetString()));
        Assert.Equal(host.Time.GetUtcNow() - TimeSpan.FromMinutes(6), reason.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(["gif", "png"], reason.GetProperty("asksFor").EnumerateArray().Select(type => type.GetString()));
        Assert.Equal(
            "No worker has asked for type pdf in queue paper for 6 min. Those that ask want gif, png.", Text(reason));
    }

    /// <summary>Who never wants it to run says so by the last day that there is.</summary>
    [Fact]
    public async Task Why_NotBeforeTheEndOfTime_IsAnswered()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PacedQueue.MakeAsync(host);
        JobId job = await host.SubmitAsync("""{"type":"send","runAt":"9999-12-31T23:59:59Z"}""");

        Assert.Equal("Scheduled", (await WhyAsync(host, job)).GetProperty("phase").GetString());
    }

    [Theory]
    [InlineData("pdf", "print", "jobs work pdf --type print -- ./program {}")]
    [InlineData("a b", "it's", @"jobs work 'a b' --type 'it'\''s' -- ./program {}")]
    [InlineData("$(reboot)", "-x", "jobs work '$(reboot)' --type '-x' -- ./program {}")]
    public async Task Why_NoWorker_SaysHowToBeOne(string queue, string type, string fix)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId job = await host.SubmitAsync($$"""{"queue":"{{queue}}","type":"{{type}}"}""");
        await host.AdvanceAsync(TimeSpan.FromMinutes(3));

        Assert.Equal(fix, (await WhyAsync(host, job)).GetProperty("fix").GetString());
    }

    [Fact]
    public async Task Why_PausedQueue_SaysByWhomAndWhyAndHowToResume()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId job = await host.SubmitAsync("""{"queue":"a b"}""");
        await host.PostAsync("/queues/a%20b/pause", """{"reason":"migration"}""");
        await host.AdvanceAsync(TimeSpan.FromMinutes(3));

        JsonElement why = await WhyAsync(host, job);

        Assert.Equal("Held", why.GetProperty("phase").GetString());
        Assert.Equal(["queue-paused", "no-worker"], why.GetProperty("reasons").EnumerateArray().Select(Code));
        Assert.StartsWith("Its queue a b is paused, for 3 min: migration", why.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("curl -X POST 'http://localhost/queues/a%20b/resume'", why.GetProperty("fix").GetString());
    }

    [Fact]
    public async Task Why_ItsTime_IsSaidForTheFirstAttemptAndForALaterOne()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId later = await host.SubmitAsync("""{"delaySeconds":600}""");
        JobId again = await host.SubmitAsync("""{"queue":"again","maxRetries":3,"backoff":{"kind":"fixed","seconds":40}}""");
        (_, string token) = await host.LeaseAsync("again");
        await host.PostAsync($"/jobs/{again}/fail", $$"""{"leaseToken":"{{token}}","error":{"title":"SMTP 451"} }""");

        JsonElement scheduled = await WhyAsync(host, later);
        JsonElement retrying = await WhyAsync(host, again);

        Assert.Equal(("Scheduled", "scheduled"), (scheduled.GetProperty("phase").GetString(), Code(scheduled.GetProperty("reasons")[0])));
        Assert.False(scheduled.TryGetProperty("place", out _));
        JsonElement pause = retrying.GetProperty("reasons")[0];
        Assert.Equal(("Retrying", "retry-pause"), (retrying.GetProperty("phase").GetString(), Code(pause)));
        Assert.Equal(
            (1, 4, "SMTP 451", host.Time.GetUtcNow().AddSeconds(40)),
            (pause.GetProperty("attempt").GetInt32(), pause.GetProperty("of").GetInt32(), pause.GetProperty("error").GetString(),
                pause.GetProperty("until").GetDateTimeOffset()));
    }

    /// <summary>A job each five seconds, and fifty in line: what is due in a minute meets some 38 of them.</summary>
    [Fact]
    public async Task Why_AScheduledJobThatWillMeetALine_SaysWhenItStartsBehindIt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PacedQueue.MakeAsync(host);
        JobId job = await host.SubmitAsync("""{"type":"send","delaySeconds":60}""");

        JsonElement why = await WhyAsync(host, job);

        Assert.Equal("scheduled", Code(why.GetProperty("reasons")[0]));
        Assert.False(why.TryGetProperty("place", out _));
        JsonElement estimate = why.GetProperty("estimate");
        Assert.InRange(InSeconds(host, estimate, "start"), 215, 290);
        Assert.InRange(InSeconds(host, estimate, "earliest"), 61, 240);
        Assert.InRange(InSeconds(host, estimate, "latest"), 260, 600);
        Assert.InRange(RunOf(estimate), 4, 6);
        Assert.EndsWith(
            "50 jobs before it now, 0 that come due before it",
            estimate.GetProperty("basis").GetString(),
            StringComparison.Ordinal);
        Assert.Contains(" It starts at about ", why.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    /// <summary>What comes due before it stands before it as well; what comes due behind it does not, and no lower priority.</summary>
    [Fact]
    public async Task Why_AScheduledJobAmongOthers_CountsThoseThatComeDueBeforeIt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PacedQueue.MakeAsync(host);
        string[] others = ["", ""","priority":7""", ""","priority":-7"""];
        foreach (string other in others)
        {
            await host.SubmitAsync($$"""{"type":"send","delaySeconds":50{{other}}}""");
        }

        JobId job = await host.SubmitAsync("""{"type":"send","delaySeconds":60}""");
        await host.SubmitAsync("""{"type":"send","delaySeconds":70}""");

        Assert.EndsWith(
            "50 jobs before it now, 2 that come due before it",
            (await WhyAsync(host, job)).GetProperty("estimate").GetProperty("basis").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_AJobThatPauses_SaysWhenItStartsAgain()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PacedQueue.MakeAsync(host);
        JobId job = await host.SubmitAsync(
            """{"type":"send","priority":1,"maxRetries":3,"backoff":{"kind":"fixed","seconds":40}}""");
        (JobId leased, string token) = await host.LeaseAsync();
        Assert.Equal(job, leased);
        await host.PostAsync($"/jobs/{job}/fail", $$"""{"leaseToken":"{{token}}","error":{"title":"SMTP 451"} }""");

        JsonElement why = await WhyAsync(host, job);

        // Those in line are of a lower priority: it goes before them.
        Assert.Equal("retry-pause", Code(why.GetProperty("reasons")[0]));
        JsonElement estimate = why.GetProperty("estimate");
        Assert.InRange(InSeconds(host, estimate, "earliest"), 40, 41);
        Assert.InRange(InSeconds(host, estimate, "start"), 40, 50);
        Assert.InRange(InSeconds(host, estimate, "latest"), 41, 70);
    }

    /// <summary>Where jobs are taken as they come, one starts when it is due.</summary>
    [Fact]
    public async Task Why_AScheduledJobOfAQueueWithoutALine_StartsWhenItIsDue()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await host.SubmitAsync();
            (JobId done, string token) = await host.LeaseAsync();
            await host.PostAsync($"/jobs/{done}/complete", $$"""{"leaseToken":"{{token}}"}""");
        }

        JobId job = await host.SubmitAsync("""{"delaySeconds":600}""");

        JsonElement estimate = (await WhyAsync(host, job)).GetProperty("estimate");

        Assert.Equal((600, 600, 601), (
            InSeconds(host, estimate, "earliest"), InSeconds(host, estimate, "start"), InSeconds(host, estimate, "latest")));
        Assert.Equal("high", estimate.GetProperty("certainty").GetString());
    }

    [Fact]
    public async Task Why_AScheduledJobOfWhichNothingIsKnown_SaysWhyThereIsNoEstimate()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId job = await host.SubmitAsync("""{"delaySeconds":600}""");

        JsonElement unasked = await WhyAsync(host, job);
        await host.PostAsync("/queues/default/lease", """{"worker":"w"}""");
        JsonElement unknown = await WhyAsync(host, job);
        await host.PostAsync("/queues/default/pause", "");
        JsonElement paused = await WhyAsync(host, job);

        Assert.Equal("Nobody hands it out as it is.", unasked.GetProperty("noEstimate").GetString());
        Assert.Equal(
            "No worker waits for such jobs at this moment, and too few were handed out in the last hour to go by.",
            unknown.GetProperty("noEstimate").GetString());
        Assert.Equal("Nobody hands it out as it is.", paused.GetProperty("noEstimate").GetString());
        Assert.Equal(["scheduled", "queue-paused"], paused.GetProperty("reasons").EnumerateArray().Select(Code));
    }

    [Fact]
    public async Task Why_WorkersAreBusy_SaysHowManyAreAhead()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        await host.LeaseAsync();
        await host.SubmitAsync();
        await host.SubmitAsync("""{"priority":5}""");
        JobId job = await host.SubmitAsync();
        await host.SubmitAsync();

        JsonElement why = await WhyAsync(host, job);

        Assert.Equal(["workers-busy", "in-line"], why.GetProperty("reasons").EnumerateArray().Select(Code));
        JsonElement place = why.GetProperty("place");
        Assert.Equal(
            (2, 2, 1, true),
            (place.GetProperty("ahead").GetInt32(), place.GetProperty("aheadOfType").GetInt32(),
                place.GetProperty("higherPriority").GetInt32(), place.GetProperty("exact").GetBoolean()));
        Assert.Equal(
            "The one worker that takes such jobs is busy; 1 job is running in its queue. 2 jobs are ahead of it.",
            why.GetProperty("text").GetString());
        Assert.StartsWith("Only 0 jobs of this queue", why.GetProperty("noEstimate").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Whoever takes this job's type takes those of other types before it too, if it asks for them.</summary>
    [Fact]
    public async Task Why_OtherTypes_CountAsFarAsTheyAreTakenByWhoeverTakesIt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostAsync("/queues/default/lease", """{"worker":"w","types":["mine","theirs"]}""");
        await host.PostAsync("/queues/default/lease", """{"worker":"v","types":["foreign"]}""");
        await host.SubmitAsync("""{"type":"theirs"}""");
        await host.SubmitAsync("""{"type":"foreign"}""");
        await host.SubmitAsync("""{"type":"mine"}""");
        JobId job = await host.SubmitAsync("""{"type":"mine"}""");

        JsonElement place = (await WhyAsync(host, job)).GetProperty("place");

        Assert.Equal((2, 1), (place.GetProperty("ahead").GetInt32(), place.GetProperty("aheadOfType").GetInt32()));
    }

    [Fact]
    public async Task Why_RunningSilentAndCancelling_AreToldApart()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"leaseSeconds":30}""");
        (JobId job, string token) = await host.LeaseAsync();

        JsonElement running = (await WhyAsync(host, job)).GetProperty("reasons")[0];
        await host.AdvanceAsync(TimeSpan.FromSeconds(25));
        JsonElement silent = (await WhyAsync(host, job)).GetProperty("reasons")[0];
        await host.PostAsync($"/jobs/{job}/cancel", "");
        JsonElement cancelling = await WhyAsync(host, job);
        await host.PostAsync($"/jobs/{job}/heartbeat", $$"""{"leaseToken":"{{token}}"}""");
        JsonElement told = (await WhyAsync(host, job)).GetProperty("reasons")[0];

        Assert.Equal(("running", "w"), (Code(running), running.GetProperty("worker").GetString()));
        Assert.Equal(("silent", 5), (Code(silent), silent.GetProperty("overdueSeconds").GetDouble()));
        Assert.Equal("Cancelling", cancelling.GetProperty("phase").GetString());
        Assert.False(cancelling.GetProperty("reasons")[0].GetProperty("told").GetBoolean());
        Assert.True(told.GetProperty("told").GetBoolean());
    }

    /// <summary>A job each five seconds, which runs for five: 50 of them, and then its own run.</summary>
    [Fact]
    public async Task Why_AWaitingJobOfATypeWhoseRunsAreKnown_SaysWhenItStartsAndEnds()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (_, JobId last) = await PacedQueue.MakeAsync(host);

        JsonElement why = await WhyAsync(host, last);

        JsonElement estimate = why.GetProperty("estimate");
        Assert.InRange((estimate.GetProperty("start").GetDateTimeOffset() - host.Time.GetUtcNow()).TotalSeconds, 215, 290);
        Assert.InRange(RunOf(estimate), 4, 6);
        Assert.Contains(" and ends at about ", why.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_AWaitingJobOfATypeThatNeverRan_SaysWhenItStartsAlone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PacedQueue.MakeAsync(host);
        JobId other = await host.SubmitAsync("""{"type":"other"}""");

        JsonElement why = await WhyAsync(host, other);

        Assert.True(why.GetProperty("estimate").TryGetProperty("start", out _));
        Assert.False(why.GetProperty("estimate").TryGetProperty("end", out _));
        Assert.DoesNotContain("ends", why.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_ARunningJobOfATypeWhoseRunsAreKnown_SaysWhenItEndsUntilItRunsForLonger()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PacedQueue.MakeAsync(host);
        (JobId job, _) = await host.LeaseAsync();
        DateTimeOffset began = host.Time.GetUtcNow();
        await host.AdvanceAsync(TimeSpan.FromSeconds(2));

        JsonElement why = await WhyAsync(host, job);
        await host.AdvanceAsync(TimeSpan.FromSeconds(10));
        JsonElement later = await WhyAsync(host, job);

        JsonElement estimate = why.GetProperty("estimate");
        Assert.Equal(began, estimate.GetProperty("start").GetDateTimeOffset());
        Assert.InRange(RunOf(estimate), 4, 6);
        Assert.Contains(". It ends at about ", why.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.False(later.TryGetProperty("estimate", out _));
        Assert.DoesNotContain("ends", later.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    /// <summary>One that is to stop, and one that nobody hears of, may end at any time.</summary>
    [Fact]
    public async Task Why_ARunningJobThatIsToStop_SaysNoEnd()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PacedQueue.MakeAsync(host);
        (JobId job, _) = await host.LeaseAsync();
        await host.PostAsync($"/jobs/{job}/cancel", "");

        Assert.False((await WhyAsync(host, job)).TryGetProperty("estimate", out _));
    }

    [Fact]
    public async Task Why_TheFirstJobOfAType_SaysNoEnd()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync();
        (JobId job, _) = await host.LeaseAsync();

        Assert.False((await WhyAsync(host, job)).TryGetProperty("estimate", out _));
    }

    [Fact]
    public async Task Why_AnEndedJob_SaysHowItsTimeWasSpent()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId job = await host.SubmitAsync("""{"maxRetries":1,"backoff":{"kind":"fixed","seconds":40}}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(3));
        (_, string first) = await host.LeaseAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(10));
        await host.PostAsync($"/jobs/{job}/fail", $$"""{"leaseToken":"{{first}}","error":{"title":"SMTP 451"} }""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(40));
        (_, string second) = await host.LeaseAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(5));
        await host.PostAsync($"/jobs/{job}/complete", $$"""{"leaseToken":"{{second}}"}""");

        JsonElement why = await WhyAsync(host, job);

        Assert.Equal(("Completed", "ended"), (why.GetProperty("phase").GetString(), Code(why.GetProperty("reasons")[0])));
        JsonElement spent = why.GetProperty("spent");
        Assert.Equal(
            (3.0, 15.0, 40.0),
            (spent.GetProperty("waiting").GetDouble(), spent.GetProperty("running").GetDouble(),
                spent.GetProperty("pausing").GetDouble()));
        Assert.Equal("It is completed. It waited for 3 s, ran for 15 s and paused for 40 s.", why.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Why_TheStoreIsAway_SaysSoAndSinceWhen()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId job = await host.SubmitAsync();
        DateTimeOffset before = host.Time.GetUtcNow();
        await host.Jobs.TroubleAsync("down");

        DateTimeOffset noticed = host.Time.GetUtcNow();
        host.Time.Advance(TimeSpan.FromSeconds(5));

        JsonElement reason = Assert.Single((await WhyAsync(host, job)).GetProperty("reasons").EnumerateArray());
        host.Time.Advance(TimeSpan.FromSeconds(5));
        JsonElement later = (await WhyAsync(host, job)).GetProperty("reasons")[0];

        Assert.Equal("store-away", Code(reason));
        Assert.InRange(reason.GetProperty("since").GetDateTimeOffset(), before, noticed);
        Assert.Equal(reason.GetProperty("since").GetDateTimeOffset(), later.GetProperty("since").GetDateTimeOffset());
        Assert.StartsWith("Nothing is handed out at the moment. The state store does not answer.", Text(reason), StringComparison.Ordinal);
    }

    /// <summary>A shard that is on its way from one holder to the next is nothing that a person has to mend.</summary>
    [Fact]
    public void Reason_OfAShardThatMoves_SaysWhichAndSinceWhen()
    {
        var since = new DateTimeOffset(2030, 1, 31, 10, 0, 0, TimeSpan.Zero);

        WhyReason moving = OfAbsence(new ShardAbsence(3, since, ShardAbsenceKind.Moving, "It is being loaded."));
        WhyReason elsewhere = OfAbsence(new ShardAbsence(3, since, ShardAbsenceKind.Elsewhere, "Another replica holds it; ask that one."));
        WhyReason unknown = WhyReasons.OfAbsence(new StoreUnavailableException("The shard is not held at the moment."));

        Assert.Equal("shard-moving", moving.Code);
        Assert.Equal([("shard", 3), ("since", since)], moving.Members);
        Assert.EndsWith("its shard is between two holders. It is being loaded.", moving.Text, StringComparison.Ordinal);
        Assert.Equal(("shard-elsewhere", "Another replica holds it; ask that one."), (elsewhere.Code, elsewhere.Text));
        Assert.Equal([("shard", 3)], elsewhere.Members);
        Assert.Equal(("store-away", null), (unknown.Code, Assert.Single(unknown.Members).Value));
        Assert.EndsWith("The shard is not held at the moment.", unknown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_UnknownJob_Is404()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.GetAsync($"/jobs/{Guid.NewGuid()}/why")).ShouldBeProblem(HttpStatusCode.NotFound, "job-not-found");
        (await host.GetAsync("/jobs/nonsense/why")).ShouldBeProblem(HttpStatusCode.NotFound, "job-not-found");
    }

    private static WhyReason OfAbsence(ShardAbsence absence) =>
        WhyReasons.OfAbsence(new StoreUnavailableException("not held") { Absence = absence });

    private static double InSeconds(ApiHost host, JsonElement estimate, string member) =>
        (estimate.GetProperty(member).GetDateTimeOffset() - host.Time.GetUtcNow()).TotalSeconds;

    private static double RunOf(JsonElement estimate) =>
        (estimate.GetProperty("end").GetDateTimeOffset() - estimate.GetProperty("start").GetDateTimeOffset()).TotalSeconds;

    private static string? Text(JsonElement said) => said.GetProperty("text").GetString();

    private static string? Code(JsonElement reason) => reason.GetProperty("code").GetString();

    private static async Task<JsonElement> WhyAsync(ApiHost host, JobId job)
    {
        Answer answer = await host.GetAsync($"/jobs/{job}/why");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json;
    }
}
