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
        Assert.DoesNotContain("class=\"key before\"", without.Text, StringComparison.Ordinal);
    }

    /// <summary>Of the 35 days before 35 days nothing is kept.</summary>
    [Fact]
    public async Task WhereNothingIsKeptOfBefore_ItIsNotOffered()
    {
        Page page = await _host.GetAsync("/ui?window=35d&compare=before");

        Assert.DoesNotContain(">compare<", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"key before\"", page.Text, StringComparison.Ordinal);
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

    private async Task SubmitAsync(int many)
    {
        for (int i = 0; i < many; i++)
        {
            await _host.SubmitAsync("""{"type":"send","queue":"mail"}""");
        }
    }
}
