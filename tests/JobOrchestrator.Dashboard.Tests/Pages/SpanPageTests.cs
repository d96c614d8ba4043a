using System.Net;
using System.Text.RegularExpressions;
using JobOrchestrator.Dashboard.Words;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>Pages whose address names the two ends of what is plotted.</summary>
public sealed class SpanPageTests : IAsyncLifetime
{
    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/ui")]
    [InlineData("/ui/queues/mail")]
    public async Task ATimeThatIsOver_ShowsWhatWasThen_AndIsHardlyAskedAgain(string path)
    {
        await EndAsync();
        await EndAsync();
        DateTimeOffset then = _host.Now;
        await _host.AdvanceAsync(TimeSpan.FromMinutes(40));
        await EndAsync();

        Page page = await _host.GetAsync($"{path}?from={At(then.AddMinutes(-15))}&to={At(then.AddMinutes(15))}");

        Assert.Contains("completed: 2 in all", page.Text, StringComparison.Ordinal);
        Assert.Contains("This time is over: its plots stand still", page.Text, StringComparison.Ordinal);
        Assert.Matches("part=plots\"[^>]*every=\"60\"", page.Text);
        Assert.DoesNotMatch("window=1h\"[^>]*aria-current", page.Text);
        Assert.Contains($"href=\"{path[1..]}?window=15m\"", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ui")]
    [InlineData("/ui/queues/mail")]
    public async Task Share_WritesWhatIsSeenNow(string path)
    {
        await EndAsync();
        string link = Link(await _host.GetAsync($"{path}?window=15m"), "share");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(30));
        await EndAsync();

        Page page = await _host.GetAsync(link);

        Assert.StartsWith($"/{path[1..]}?from=", link, StringComparison.Ordinal);
        Assert.DoesNotContain("window=", link, StringComparison.Ordinal);
        Assert.Contains("completed: 1 in all", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(">share<", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_LeadToWhereTheyName()
    {
        await _host.AdvanceAsync(TimeSpan.FromMinutes(90));
        Page now = await _host.GetAsync("/ui?window=1h");
        Page earlier = await _host.GetAsync(Link(now, "‹ earlier"));
        Page back = await _host.GetAsync(Link(earlier, "later ›"));

        Assert.DoesNotContain(">later ", now.Text, StringComparison.Ordinal);
        Assert.Contains("This time is over", earlier.Text, StringComparison.Ordinal);
        Assert.Contains("part=plots", back.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(">later ", back.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await _host.GetAsync(Link(now, "closer"))).Status);
        Assert.Equal(200, (await _host.GetAsync(Link(now, "wider"))).Status);
    }

    [Fact]
    public async Task ATimeThatIsOver_IsComparedWithAsLongBefore()
    {
        await EndAsync();
        await _host.AdvanceAsync(TimeSpan.FromMinutes(30));
        await EndAsync();
        await EndAsync();
        DateTimeOffset then = _host.Now;
        await _host.AdvanceAsync(TimeSpan.FromMinutes(20));
        string time = $"from={At(then.AddMinutes(-10))}&to={At(then.AddMinutes(10))}";

        Page without = await _host.GetAsync($"/ui?{time}");
        Page with = await _host.GetAsync($"/ui?{time}&compare=before");
        Page longer = await _host.GetAsync($"/ui?from={At(then.AddMinutes(-20))}&to={At(then.AddMinutes(10))}&compare=before");

        Assert.Contains(">compare<", without.Text, StringComparison.Ordinal);
        Assert.Contains("completed: 2 in all", with.Text, StringComparison.Ordinal);
        Assert.Contains("completed before: 1 in all", longer.Text, StringComparison.Ordinal);
    }

    /// <summary>What cannot be shown is said beside the window, and the page is that of its window.</summary>
    [Theory]
    [InlineData("from=x", "a time has two ends, from and to")]
    [InlineData("from=x&to=y", "write both ends as 20")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "it ends before it begins")]
    [InlineData("from=0001-01-01T00:00:00Z&to=0001-01-02T00:00:00Z", "it begins more than 35 days ago")]
    [InlineData("from=9999-12-30T00:00:00Z&to=9999-12-31T23:59:59Z&compare=before", "it is still ahead")]
    [InlineData("from=%00%3Cscript%3E&to=%EF%BF%BF", "write both ends as 20")]
    public async Task WhatIsNoTime_IsSaid(string query, string wrong)
    {
        foreach (string path in new[] { "/ui", "/ui/queues/mail" })
        {
            Page page = await _host.GetAsync($"{path}?{query}");

            Assert.Equal(200, page.Status);
            Assert.Contains($"</code> was left out: {wrong}", page.Text, StringComparison.Ordinal);
            Assert.Contains("<h2>The last 1h</h2>", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AMark_HasItsOwnEnds()
    {
        DateTimeOffset now = _host.Now;

        Page page = await _host.GetAsync(
            $"/ui?from={At(now.AddMinutes(-30))}&to={At(now)}&compare=mark:{now.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}");

        Assert.Contains("was left out: what is compared with a mark has its ends from that", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Since the mark", page.Text, StringComparison.Ordinal);
    }

    private static string At(DateTimeOffset at) => Moments.IsoSecond(at);

    private static string Link(Page page, string word) => "/" + Regex.Match(
        WebUtility.HtmlDecode(page.Text), $"<a class=\"chip\" href=\"([^\"]+)\" title=\"[^\"]+\">{word}</a>").Groups[1].Value;

    private async Task EndAsync()
    {
        await _host.SubmitAsync("""{"type":"send","queue":"mail"}""");
        await _host.WorkAsync("complete", "", "mail");
    }
}
