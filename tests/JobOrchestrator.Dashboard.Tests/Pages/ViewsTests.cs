namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>What fails, who works, and what the overview says of it.</summary>
public sealed class ViewsTests : IAsyncLifetime
{
    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync(
        ("Ui:Links:0:Title", "Logs"), ("Ui:Links:0:Url", "https://logs.example/?q={externalId}&t={label.tenant}"));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/ui", "gzip")]
    [InlineData("/ui/jobs.json", null)]
    [InlineData("/jobs", null)]
    public async Task Pages_ArePacked_AndNothingElse(string path, string? how)
    {
        Page page = await _host.GetAsync(path, ("Accept-Encoding", "gzip"));

        Assert.Equal((200, how), (page.Status, page["Content-Encoding"]));
    }

    [Fact]
    public async Task Errors_ThatAreAlike_AreOneRowThatLeadsToThem()
    {
        await FailAsync("SMTP 451: timeout after 30 s");
        await FailAsync("SMTP 452: timeout after 9 s");

        Page page = await _host.GetAsync("/ui/errors");

        Assert.Contains("SMTP #: timeout after # s", page.Text, StringComparison.Ordinal);
        Assert.Contains("<strong><span>2</span></strong>", page.Text, StringComparison.Ordinal);
        Page jobs = await _host.GetAsync("/" + System.Net.WebUtility.HtmlDecode(Between(page.Text, "data-open href=\"", "\"")));
        Assert.Contains("<strong>2 jobs</strong>", jobs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_WhereThereAreNone_SayForWhichTime() =>
        Assert.Contains("No job has failed for good.", (await _host.GetAsync("/ui/errors")).Text, StringComparison.Ordinal);

    [Fact]
    public async Task Workers_ThatHoldJobs_AreThereWithThem()
    {
        await _host.SubmitAsync("""{"type":"send","queue":"mail"}""");
        await _host.CallAsync("/queues/mail/lease", """{"worker":"w-7","version":"1.4.2","slots":4}""");

        Page page = await _host.GetAsync("/ui/workers");
        Page queue = await _host.GetAsync("/ui/queues/mail");

        Assert.All([page.Text, queue.Text], text => Assert.Contains(">w-7</a>", text, StringComparison.Ordinal));
        Assert.Contains("1 of 4", page.Text, StringComparison.Ordinal);
        Assert.Contains("1.4.2", page.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"ui/jobs?q=worker%3Aw-7\"", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_WhereThereAreNone_SayHowToBeOne()
    {
        Page page = await _host.GetAsync("/ui/workers");

        Assert.Contains("No worker has asked for a job.", page.Text, StringComparison.Ordinal);
        Assert.Contains("/queues/default/lease", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicas_SayWhoHoldsWhat_AndThatItAddsUp()
    {
        await FailAsync("no such mailbox");
        await _host.SubmitAsync();

        Page page = await _host.GetAsync("/ui/replicas");
        Page part = await _host.GetAsync("/ui/replicas?part=accounts");

        Assert.Contains("href=\"ui/replicas\" aria-current=\"page\"", page.Text, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, 4), shard => Assert.Contains($"data-key=\"s-{shard}\"", page.Text, StringComparison.Ordinal));
        Assert.Contains("rolls back", page.Text, StringComparison.Ordinal);
        Assert.Contains("state.in-memory", page.Text, StringComparison.Ordinal);
        Assert.Contains("Every job that was accepted is live or has ended", part.Text, StringComparison.Ordinal);
        Assert.Equal(8, part.Text.Split("#i-completed").Length - 2); // each shard's jobs and events, and the sentence
    }

    [Fact]
    public async Task Accounts_WhileAShardIsAway_AreThoseOfTheOthersAndClaimNothing()
    {
        _host.Shards.Auditing = static audit => audit.Shard == 2 ? null : audit;

        Page part = await _host.GetAsync("/ui/replicas?part=accounts");

        Assert.Contains("the accounts of 1 shard are not known", part.Text, StringComparison.Ordinal);
        Assert.Contains("Nobody holds it at the moment: 2.", part.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Every job that was accepted", part.Text, StringComparison.Ordinal);
        Assert.Contains("data-key=\"a-3\"", part.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_ThatRuns_SaysAboutWhenItEnds()
    {
        string job = "";
        for (int i = 0; i < 6; i++)
        {
            job = await _host.SubmitAsync("""{"type":"pdf","queue":"paper"}""");
            string token = (await _host.CallAsync("/queues/paper/lease", """{"worker":"w"}"""))[0].GetProperty("leaseToken").GetString()!;
            if (i < 5)
            {
                await _host.AdvanceAsync(TimeSpan.FromSeconds(10));
                await _host.CallAsync($"/jobs/{job}/complete", $$"""{"leaseToken":"{{token}}"}""");
            }
        }

        Page page = await _host.GetAsync($"/ui/jobs/{job}");

        Assert.Contains(" It ends at about ", page.Text, StringComparison.Ordinal);
        Assert.Contains("<dt>ends about</dt>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<dt>starts</dt>", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overview_TellsWhatNeedsAPerson_AndEveryPageHowMuch()
    {
        await FailAsync("no such mailbox");
        await _host.SubmitAsync("""{"type":"send","queue":"pdf"}""");
        await _host.CallAsync("/queues/pdf/pause", """{"reason":"db migration"}""");

        Page overview = await _host.GetAsync("/ui");
        Page help = await _host.GetAsync("/ui/help");

        Assert.Contains("no such mailbox", overview.Text, StringComparison.Ordinal);
        Assert.Contains("db migration", overview.Text, StringComparison.Ordinal);
        Assert.All([overview.Text, help.Text], text => Assert.Contains("data-needs=\"2\"", text, StringComparison.Ordinal));
        Assert.Contains("icon-needs.svg", help.Text, StringComparison.Ordinal);
        Assert.Contains("1 paused", help.Text, StringComparison.Ordinal);
        Assert.Contains("<title>(2) Overview · Jobs</title>", overview.Text, StringComparison.Ordinal);
        Page part = await _host.GetAsync("/ui?part=needs");
        Assert.Contains("data-title=\"(2) Overview · Jobs\"", System.Net.WebUtility.HtmlDecode(part.Text), StringComparison.Ordinal);
    }

    /// <summary>Somebody has seen to what was run again or purged.</summary>
    [Theory]
    [InlineData("retry")]
    [InlineData("purge")]
    public async Task Overview_FailedJobsThatWereSeenTo_NeedNobodyAnyMore(string act)
    {
        await FailAsync("no such mailbox");
        await FailAsync("no such mailbox");
        Page before = await _host.GetAsync("/ui");

        await _host.PostAsync(
            $"/ui/do/bulk/{act}", ("q", "queue:mail status:failed"), ("expect", "2"), ("typed", "mail"), ("reason", "seen to"));

        Page after = await _host.GetAsync("/ui");
        Assert.Contains("<strong>2 jobs</strong> failed in", before.Text, StringComparison.Ordinal);
        Assert.Contains("Errors<span class=\"count bad\">2</span>", before.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("failed in", after.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Errors<span", after.Text, StringComparison.Ordinal);
        Assert.Contains("<title>Overview · Jobs</title>", after.Text, StringComparison.Ordinal);

        await FailAsync("no such mailbox");

        Assert.Contains("<strong>1 job</strong> failed in", (await _host.GetAsync("/ui")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/errors", "failures")]
    [InlineData("/workers", "workers")]
    [InlineData("/owners", "owners")]
    public async Task Overview_WhatCouldNotBeAsked_IsNamedAndNotCalledWell(string away, string named)
    {
        _host.Away.Add(away);

        Page page = await _host.GetAsync("/ui");

        Assert.Contains($"What could not be asked: {named}.", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing needs a person.", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overview_WhereAllIsWell_SaysSo()
    {
        Page page = await _host.GetAsync("/ui");

        Assert.Contains("Nothing needs a person.", page.Text, StringComparison.Ordinal);
        Assert.Contains("data-needs=\"0\"", page.Text, StringComparison.Ordinal);
    }

    /// <summary>What its workers were heard of, and what one said too late: which report, how late, whose.</summary>
    [Fact]
    public async Task Job_ItsAttempts_AreToldInWords()
    {
        string id = await _host.SubmitAsync(
            """{"type":"send","queue":"mail","leaseSeconds":30,"maxRetries":1,"backoff":{"kind":"fixed","seconds":0}}""");
        string token = (await _host.CallAsync("/queues/mail/lease", """{"worker":"w-first"}"""))[0].GetProperty("leaseToken").GetString()!;
        await _host.AdvanceAsync(TimeSpan.FromSeconds(20));
        await _host.CallAsync($"/jobs/{id}/heartbeat", $$"""{"leaseToken":"{{token}}"}""");
        await _host.AdvanceAsync(TimeSpan.FromSeconds(31));
        await _host.AdvanceAsync(TimeSpan.FromSeconds(4));
        using (var late = new StringContent($$"""{"leaseToken":"{{token}}"}""", System.Text.Encoding.UTF8, "application/json"))
        {
            Assert.Equal(409, (int)(await _host.Client.PostAsync($"/jobs/{id}/complete", late)).StatusCode);
        }

        await _host.WorkAsync("fail", ""","error":{"title":"no such mailbox"}""", "mail", "w-second");

        Page page = await _host.GetAsync($"/ui/jobs/{id}");
        Page error = await _host.GetAsync($"/ui/jobs/{id}/error");

        string words = page.Text.Split("aria-label=\"Attempts in words\"")[1].Split("</table>")[0];
        Assert.Contains("lease lost: 1 heartbeat, then 3", words, StringComparison.Ordinal);
        Assert.Matches(@"A late [a-z]+ was refused\. It came \d+\.\d s after the attempt had ended\.", words);
        Assert.Equal(3, words.Split("w-first").Length);
        Assert.Matches(@">3\d\.\d s</span>", words);
        Assert.Contains("no such mailbox", words, StringComparison.Ordinal);
        Assert.Equal((200, "no such mailbox"), (error.Status, error.Text));
    }

    /// <summary>A worker that has not been heard of is said before its lease is over, with how long that still takes.</summary>
    [Fact]
    public async Task Job_WhoseWorkerIsSilent_SaysSo()
    {
        string id = await _host.SubmitAsync("""{"type":"send","queue":"mail","leaseSeconds":30}""");
        await _host.CallAsync("/queues/mail/lease", """{"worker":"w-5"}""");
        await _host.AdvanceAsync(TimeSpan.FromSeconds(25));

        Page page = await _host.GetAsync($"/ui/jobs/{id}");

        Assert.Contains("data-why=\"silent\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("worker w-5 is silent for 25 s; its lease ends in 5 s.", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ui?window=9h", "window=9h", "35d")]
    [InlineData("/ui/errors?window=x", "window=x", "35d")]
    [InlineData("/ui/jobs?sort=zz", "sort=zz", "created")]
    [InlineData("/ui/jobs?limit=7", "limit=7", "200")]
    [InlineData("/ui/jobs?cols=queue,colour", "cols=colour", "none")]
    public async Task Address_ThatSaysWhatThereIsNot_IsToldSo(string path, string said, string choice)
    {
        Page page = await _host.GetAsync(path);

        Assert.Contains($"<code>{said}</code> is not known and was left out. There is ", page.Text, StringComparison.Ordinal);
        Assert.Contains($" and {choice}.", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ui?compare=yesterday", "it is before, or a mark's instant")]
    [InlineData("/ui?compare=mark:soon", "it names no instant that has been")]
    [InlineData("/ui?compare=mark:2999-01-01T00:00:00Z", "it names no instant that has been")]
    [InlineData("/ui?compare=before&window=35d", "of as long before this time nothing is kept")]
    [InlineData("/ui/queues/mail?compare=x", "it is before, or a mark's instant")]
    public async Task Address_ThatComparesWithWhatThereIsNot_IsToldSo(string path, string reason)
    {
        await _host.SubmitAsync("""{"type":"send","queue":"mail"}""");

        Page page = await _host.GetAsync(path);

        Assert.Contains($"</code> was left out: {reason}", System.Net.WebUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ui?compare=before")]
    [InlineData("/ui?window=24h")]
    [InlineData("/ui/jobs?sort=created&limit=200")]
    [InlineData("/ui/jobs?sort=-created")]
    public async Task Address_ThatSaysWhatThereIs_IsHeeded(string path) =>
        Assert.DoesNotMatch("is not known|was left out", (await _host.GetAsync(path)).Text);

    [Fact]
    public async Task Actions_MoreThanTheOverviewShows_HaveAPage()
    {
        for (int i = 0; i < 8; i++)
        {
            await _host.CallAsync($"/queues/q{i}/pause", "{}");
        }

        Page overview = await _host.GetAsync("/ui");
        Page actions = await _host.GetAsync("/ui/actions");
        Page part = await _host.GetAsync("/ui/actions?part=actions");

        Assert.Contains("href=\"ui/actions\"", overview.Text, StringComparison.Ordinal);
        Assert.Equal(6, overview.Text.Split(">paused q").Length - 1);
        Assert.All([actions.Text, part.Text], text => Assert.Equal(8, text.Split(">paused q").Length - 1));
    }

    [Fact]
    public async Task Owners_WhoHasReadAndWhoNever_AreTold()
    {
        Assert.Contains("No job has an owner.", (await _host.GetAsync("/ui/owners")).Text, StringComparison.Ordinal);
        await _host.SubmitAsync("""{"type":"send","owner":"shop"}""");
        await _host.SubmitAsync("""{"type":"send","owner":"desk"}""");
        await _host.GetAsync("/events?owner=shop&queue=default&after=oldest&limit=1");

        Page page = await _host.GetAsync("/ui/owners");

        Assert.Contains("href=\"ui/jobs?q=owner%3Ashop\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"ui/queues/default\"", page.Text, StringComparison.Ordinal);
        Assert.Contains(">never read</td>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("reads its feed", (await _host.GetAsync("/ui")).Text, StringComparison.Ordinal);
    }

    /// <summary>Of one that nobody has seen nothing is claimed; of one that was seen, what it has not read and for how long.</summary>
    [Fact]
    public async Task Overview_AnOwnerThatReadsNoMore_IsTold()
    {
        await _host.SubmitAsync("""{"type":"send","owner":"desk"}""");
        await _host.SubmitAsync("""{"type":"send","owner":"shop"}""");
        await _host.GetAsync("/events?owner=shop&after=oldest&limit=1");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(6));

        Page overview = await _host.GetAsync("/ui");
        Page owners = await _host.GetAsync("/ui/owners");

        Assert.Contains("reads its feed", overview.Text, StringComparison.Ordinal);
        Assert.Contains(">6 min</time> late: 1 event not read", overview.Text, StringComparison.Ordinal);
        Assert.Contains("1 late", owners.Text, StringComparison.Ordinal);
        Assert.Contains("Late</span>", owners.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_ItsEvents_AreThereForWhoeverAsks()
    {
        string id = await _host.SubmitAsync("""{"type":"send","queue":"mail","labels":{"a":"<b>"}}""");
        await _host.WorkAsync("complete", "", "mail");

        Page closed = await _host.GetAsync($"/ui/jobs/{id}");
        Page page = await _host.GetAsync("/" + Between(closed.Text, "data-key=\"events\"><a href=\"", "\""));

        Assert.DoesNotContain("job.created</th>", closed.Text, StringComparison.Ordinal);
        Assert.All(
            ["job.created", "job.updated", "job.completed"],
            type => Assert.Contains($"<th scope=\"row\">{type}</th>", page.Text, StringComparison.Ordinal));
        Assert.Contains("data-key=\"events\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Text.Split("data-key=\"events\"")[1], StringComparison.Ordinal);
    }

    /// <summary>They are read from the store: a page that nobody wants them of does not ask for them, again and again.</summary>
    [Fact]
    public async Task Job_ThatIsLive_AsksForItsEventsOnceTheyAreShown()
    {
        string id = await _host.SubmitAsync();

        Page closed = await _host.GetAsync($"/ui/jobs/{id}");
        Page shown = await _host.GetAsync($"/ui/jobs/{id}?events=first");
        Page part = await _host.GetAsync($"/ui/jobs/{id}?part=events");

        Assert.DoesNotContain("data-part=\"events\"", closed.Text, StringComparison.Ordinal);
        Assert.Contains("data-part=\"events\"", shown.Text, StringComparison.Ordinal);
        Assert.Contains("job.created</th>", shown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("job.created", part.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkElsewhere_IsThereWhereTheJobHasWhatItNeeds()
    {
        string with = await _host.SubmitAsync("""{"type":"send","externalId":"a&b","labels":{"tenant":"4 2"}}""");
        string without = await _host.SubmitAsync("""{"type":"send","externalId":"c"}""");

        Page page = await _host.GetAsync($"/ui/jobs/{with}");
        Assert.Contains("href=\"https://logs.example/?q=a%26b&amp;t=4%202\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("logs.example", (await _host.GetAsync($"/ui/jobs/{without}")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("javascript:alert({id})")]
    [InlineData("https://logs.example/{password}")]
    [InlineData("/here/{id}")]
    public async Task LinkElsewhere_ThatIsNone_StopsTheStart(string url)
    {
        Exception stopped = await Assert.ThrowsAnyAsync<Exception>(
            () => PageHost.StartAsync(("Ui:Links:0:Title", "Logs"), ("Ui:Links:0:Url", url)));

        Assert.Contains("Ui:Links:0", stopped.Message, StringComparison.Ordinal);
    }

    private async Task FailAsync(string error)
    {
        await _host.SubmitAsync("""{"type":"send","queue":"mail","maxRetries":0}""");
        await _host.WorkAsync("fail", $$""","error":{"title":"{{error}}"}""", "mail");
    }

    private static string Between(string text, string from, string to) => text.Split(from, 2)[1].Split(to, 2)[0];
}
