using System.Text.RegularExpressions;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>What each queue has, does, and who asks for it; what is not told leaves the rest as it is.</summary>
public sealed partial class QueuesPageTests : IAsyncLifetime
{
    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Queue_SaysWhatItDidAndWhoAsksForIt()
    {
        await _host.SubmitAsync("""{"type":"send","queue":"mail","maxRetries":0}""");
        await _host.SubmitAsync("""{"type":"send","queue":"mail"}""");
        await _host.WorkAsync("fail", ""","error":{"title":"no"}""", "mail");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(1));
        await _host.CallAsync("/queues/mail/lease", """{"worker":"w"}""");

        string row = Row(await _host.GetAsync("/ui/queues"), "mail");

        Assert.Contains("?q=queue%3Amail%20status%3Afailed%20finished%3A%3E1h\"><span>1</span>", row, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Highest 2, last 1\"", row, StringComparison.Ordinal);
        Assert.Contains("<a href=\"ui/workers\">1 worker</a>", row, StringComparison.Ordinal);
        Assert.Equal(2, Rates().Count(row));
    }

    [Fact]
    public async Task Queue_ThatNobodyAsksFor_ComesFirstAndSaysSinceWhen()
    {
        await _host.SubmitAsync("""{"type":"send","queue":"mail"}""");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(2));
        await _host.SubmitAsync("""{"type":"draw","queue":"pdf"}""");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(6));
        await _host.SubmitAsync("""{"type":"send","queue":"mail"}""");
        await _host.CallAsync("/queues/mail/lease", """{"worker":"w-1","max":1}""");

        Page page = await _host.GetAsync("/ui/queues");

        Assert.Equal(["pdf", "mail"], Names().Matches(page.Text).Select(name => name.Groups[1].Value));
        Assert.Matches("title=\"Nobody asks for jobs of type draw, since .*nobody for <time [^>]*>6 min</time>", Row(page, "pdf"));
        Assert.Contains(">1 worker</a>", Row(page, "mail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/stats", "In/s", "Asked by")]
    [InlineData("/workers", "Asked by", "In/s")]
    public async Task WhatDoesNotAnswer_IsLeftOutAndNothingElse(string away, string gone, string there)
    {
        await _host.SubmitAsync("""{"type":"send","queue":"mail"}""");
        _host.Away.Add(away);

        Page page = await _host.GetAsync("/ui/queues");
        Page part = await _host.GetAsync("/ui/queues?part=queues");

        Assert.All([page, part], shown =>
        {
            Assert.Equal(200, shown.Status);
            Assert.Contains("data-key=\"q-mail\"", shown.Text, StringComparison.Ordinal);
            Assert.Contains($">{there}</th>", shown.Text, StringComparison.Ordinal);
            Assert.DoesNotContain($">{gone}</th>", shown.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("does not answer", shown.Text, StringComparison.Ordinal);
        });
    }

    /// <summary>Figures are told of the busiest; the page says of how many.</summary>
    [Fact]
    public async Task QueuesBeyondTheBusiest_HaveADash()
    {
        foreach (int queue in Enumerable.Range(0, 33))
        {
            await _host.SubmitAsync($$"""{"type":"send","queue":"q{{queue:00}}"}""");
        }

        await _host.AdvanceAsync(TimeSpan.FromMinutes(1));

        Page page = await _host.GetAsync("/ui/queues");

        Assert.Contains("of the 32 busiest queues", page.Text, StringComparison.Ordinal);
        Assert.Equal(32, page.Text.Split("aria-label=\"Highest 1, last 1\"").Length - 1);
    }

    private static string Row(Page page, string queue) =>
        page.Text.Split($"data-key=\"q-{queue}\"", 2)[1].Split("</tr>", 2)[0];

    [GeneratedRegex("""<td class="n rest">(< |&lt; )?[0-9][0-9.]*</td>""")]
    private static partial Regex Rates();

    [GeneratedRegex("data-key=\"q-([^\"]+)\"")]
    private static partial Regex Names();
}
