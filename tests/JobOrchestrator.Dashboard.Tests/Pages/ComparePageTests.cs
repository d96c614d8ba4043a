using System.Net;
using System.Text.RegularExpressions;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>Plots with what was before in them, as the address says.</summary>
public sealed class ComparePageTests : IAsyncLifetime
{
    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/ui")]
    [InlineData("/ui/queues/mail")]
    public async Task AnHour_IsComparedWithTheHourBefore(string path)
    {
        await SubmitAsync(5);
        await _host.AdvanceAsync(TimeSpan.FromMinutes(90));
        await SubmitAsync(2);

        Page page = await _host.GetAsync($"{path}?window=1h&compare=before");

        string backlog = page.Text.Split("Backlog, jobs</h3>", 2)[1].Split("</section>", 2)[0];
        Assert.Contains("ready before: last 5, highest 5", backlog, StringComparison.Ordinal);
        Assert.Contains("<strong>7</strong>", backlog, StringComparison.Ordinal);
        Assert.Contains("class=\"line s0 before\"", backlog, StringComparison.Ordinal);
        Assert.Contains(">ready before</th>", backlog, StringComparison.Ordinal);
        Assert.Contains("Grey: as long right before.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Before: no record from <time", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("No record ", page.Text, StringComparison.Ordinal);
        Assert.Contains("compare=before&amp;part=plots", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheLink_IsInTheAddressBesideTheWindow_AndTakesItOutAgain()
    {
        Page without = await _host.GetAsync("/ui?window=24h");
        Page with = await _host.GetAsync("/ui?window=24h&compare=before");

        Assert.Matches("href=\"ui\\?window=24h&amp;compare=before\" title=\"[^\"]+\">compare<", without.Text);
        Assert.Matches("href=\"ui\\?window=24h\" aria-current=\"true\" title=\"[^\"]+\">compare<", with.Text);
        Assert.Contains("href=\"ui?compare=before&amp;window=7d\"", with.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"line before\"", without.Text, StringComparison.Ordinal);
    }

    /// <summary>Of the 35 days before 35 days nothing is kept.</summary>
    [Fact]
    public async Task WhereNothingIsKeptOfBefore_ItIsNotOffered()
    {
        Page page = await _host.GetAsync("/ui?window=35d&compare=before");

        Assert.DoesNotContain(">compare<", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"line before\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("Backlog, jobs", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereNothingWasRecordedBefore_ItIsSaid()
    {
        await SubmitAsync(1);

        Assert.Contains(
            "Nothing is recorded of as long right before.",
            (await _host.GetAsync("/ui?window=15m&compare=before")).Text,
            StringComparison.Ordinal);
    }

    /// <summary>What is not recorded from the begin on is told once, also where it goes on into now.</summary>
    [Fact]
    public async Task WhereTheServiceBeganMeanwhile_ItIsSaidSinceWhen()
    {
        await _host.AdvanceAsync(TimeSpan.FromMinutes(30));

        string plots = (await _host.GetAsync("/ui?window=1h&compare=before")).Text;

        Assert.Contains("No record before <time", plots, StringComparison.Ordinal);
        Assert.DoesNotContain("o record from", plots, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ui")]
    [InlineData("/ui/queues/mail")]
    public async Task AMark_LeadsToWhatWasBeforeBesideWhatIsSince(string path)
    {
        await SubmitAsync(5);
        await _host.AdvanceAsync(TimeSpan.FromMinutes(20));
        await _host.CallAsync("/marks", """{"text":"1.5 goes <out>"}""");
        await SubmitAsync(2);
        await _host.AdvanceAsync(TimeSpan.FromMinutes(10));

        Page without = await _host.GetAsync($"{path}?window=1h");
        string link = WebUtility.HtmlDecode(Regex.Match(
            without.Text, "href=\"([^\"]+)\" aria-label=\"Compare before and after: 1.5 goes &lt;out&gt;\"").Groups[1].Value);
        Page page = await _host.GetAsync($"/{link}");

        string backlog = page.Text.Split("Backlog, jobs</h3>", 2)[1].Split("</section>", 2)[0];
        Assert.Contains("ready: last 7, highest 7", backlog, StringComparison.Ordinal);
        Assert.Contains("ready before: last 5, highest 5", backlog, StringComparison.Ordinal);
        Assert.Contains("<h2>Since the mark, <time", page.Text, StringComparison.Ordinal);
        Assert.Contains("Grey: as long before the mark.", page.Text, StringComparison.Ordinal);
        Assert.Contains("aria-current=\"true\" aria-label=\"Compare before and after: 1.5", page.Text, StringComparison.Ordinal);
        Assert.Contains("&amp;part=plots", page.Text, StringComparison.Ordinal);
        Assert.Matches($"href=\"{path[1..]}\\?window=1h\" aria-current=\"true\"[^>]+>before and after a mark<", page.Text);
    }

    /// <summary>Of bars the sum is drawn; how many failed before is said, or nobody sees whether a deploy has helped.</summary>
    [Fact]
    public async Task AMark_SaysHowManyFailedBeforeAndSince()
    {
        await _host.AdvanceAsync(TimeSpan.FromMinutes(3));
        await EndAsync("fail", """, "error": {"title": "no"}""");
        await EndAsync("complete", "");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(2));
        await _host.CallAsync("/marks", """{"text":"1.5"}""");
        DateTimeOffset mark = _host.Now;
        await EndAsync("complete", "");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(3));

        Page page = await _host.GetAsync($"/ui?window=15m&compare=mark:{mark.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}");

        string outcome = page.Text.Split("Outcome, jobs that ended</h3>", 2)[1].Split("</section>", 2)[0];
        Assert.Contains("failed before: 1 in all, at most 1 in a step", outcome, StringComparison.Ordinal);
        Assert.Contains(">failed before</th>", outcome, StringComparison.Ordinal);
        Assert.Contains("class=\"line before\"", outcome, StringComparison.Ordinal);
        string totals = Regex.Replace(page.Text.Split("class=\"table totals\"", 2)[1].Split("</table>", 2)[0], "<[^>]+>|\\s+", " ");
        Assert.Matches("Jobs that ended +1 +2 +Failed +0 , 0 % +1 , 50 % ", totals);
    }

    /// <summary>What is no time, or one that is ahead, is compared with nothing.</summary>
    [Theory]
    [InlineData("mark:")]
    [InlineData("mark:yesterday")]
    [InlineData("mark:0001-01-01T00:00:00Z")]
    [InlineData("mark:9999-12-31T23:59:59Z")]
    public async Task WhatIsNoMark_IsNotComparedWith(string compare)
    {
        Page page = await _host.GetAsync($"/ui?window=1h&compare={compare}");

        Assert.Equal(200, page.Status);
        Assert.Contains("<h2>The last 1h</h2>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("before and after a mark", page.Text, StringComparison.Ordinal);
    }

    private async Task EndAsync(string how, string rest)
    {
        await _host.SubmitAsync("""{"type":"send","queue":"mail","maxRetries":0}""");
        await _host.WorkAsync(how, rest, "mail");
    }

    private async Task SubmitAsync(int many)
    {
        for (int i = 0; i < many; i++)
        {
            await _host.SubmitAsync("""{"type":"send","queue":"mail"}""");
        }
    }
}
