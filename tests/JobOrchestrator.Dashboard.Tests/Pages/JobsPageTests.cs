using System.Text.Json;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>Jobs are found by a query that is in the address, with script or without.</summary>
public sealed class JobsPageTests : IAsyncLifetime
{
    private PageHost _host = null!;
    private string _mail = "";
    private string _pdf = "";

    public async Task InitializeAsync()
    {
        _host = await PageHost.StartAsync();
        _mail = await _host.SubmitAsync(
            """{"type":"send","queue":"mail","externalId":"order-7","labels":{"tenant":"42"},"input":"secret-input"}""");
        _pdf = await _host.SubmitAsync("""{"type":"print","queue":"pdf","owner":"shop"}""");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("queue:mail", true, false)]
    [InlineData("-queue:mail type:print", false, true)]
    [InlineData("label.tenant:42", true, false)]
    [InlineData("order-7", true, false)]
    [InlineData("", true, true)]
    public async Task Query_ChoosesWhatIsListedAndCounted(string query, bool mail, bool pdf)
    {
        Page page = await _host.GetAsync($"/ui/jobs?q={Uri.EscapeDataString(query)}");

        Assert.Equal(mail, page.Text.Contains($"data-key=\"{_mail}\"", StringComparison.Ordinal));
        Assert.Equal(pdf, page.Text.Contains($"data-key=\"{_pdf}\"", StringComparison.Ordinal));
        Assert.Contains(mail && pdf ? "<strong>2 jobs</strong>" : "<strong>1 job</strong>", page.Text, StringComparison.Ordinal);
        Assert.Contains($"src=\"ui/jobs?q={Uri.EscapeDataString(query)}&amp;part=jobs\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-input", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terms_AreSaidInWords_EachWithALinkWithoutIt()
    {
        Page page = await _host.GetAsync("/ui/jobs?q=status:failed,retrying%20queue:mail%20older:10m&limit=25");

        Assert.Contains("retrying or failed<", page.Text, StringComparison.Ordinal);
        Assert.Contains("queue mail<", page.Text, StringComparison.Ordinal);
        Assert.Contains("older than 10 min<", page.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"ui/jobs?limit=25&amp;q=status%3Aretrying%2Cfailed%20older%3A10m\"", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_IsMarkedAtItsPlace_WithALinkToWhatWasMeant()
    {
        Page page = await _host.GetAsync("/ui/jobs?q=queue:mail%20statsu:failed");

        Assert.Equal(200, page.Status);
        Assert.Contains("queue:mail <mark>statsu</mark>:failed", page.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"ui/jobs?q=queue%3Amail%20status%3Afailed\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("aria-invalid=\"true\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-part=\"jobs\"", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueryThatIsTooBroad_IsToldWhatToAdd()
    {
        Page page = await _host.GetAsync("/ui/jobs?q=run:%3E1m");

        Assert.Contains("add queue:", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?status=Failed&queue=mail", "?q=status%3Afailed%20queue%3Amail")]
    [InlineData("?q=queue:pdf&queue=mail&cursor=x&trail=y&limit=25", "?limit=25&q=queue%3Apdf%2Cmail")]
    [InlineData("?q=&type=a%20b&owner=&older=10%20min", "?q=type%3A%22a%20b%22%20older%3A10m")]
    [InlineData("?labelKey=tenant&labelValue=42&error=time%20out", "?q=error%3A~%22time%20out%22%20label.tenant%3A42")]
    [InlineData("?labelKey=tenant", "?q=label.tenant%3A%2A")]
    [InlineData("?q=oh:no&queue=mail", "?q=oh%3Ano%20queue%3Amail")]
    [InlineData("?columns=1&col=queue&col=worker&col=nothing", "?cols=queue%2Cworker")]
    [InlineData("?columns=1", "?cols=none")]
    [InlineData("?columns=1&col=labels&col=queue&col=age&col=waited&col=ran&col=tries&col=says&col=owner&cols=queue", "")]
    [InlineData("?status=", "")]
    public async Task FiltersOfAForm_AreWrittenIntoTheQuery(string sent, string address)
    {
        Page page = await _host.GetAsync($"/ui/jobs{sent}");

        Assert.Equal((303, $"/ui/jobs{address}"), (page.Status, page["Location"]));
    }

    [Fact]
    public async Task NoMatch_SaysWhichTermExcludesEverything()
    {
        Page page = await _host.GetAsync("/ui/jobs?q=queue:mail%20label.tenant:43");

        Assert.Contains("No job matches.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Without <strong>tenant 43</strong> there is 1 job.", page.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"ui/jobs?q=queue%3Amail\"", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongList_IsReadPageByPageBothWays()
    {
        for (int i = 0; i < 60; i++)
        {
            await _host.SubmitAsync();
        }

        Page first = await _host.GetAsync("/ui/jobs?limit=25");
        Page second = await _host.GetAsync($"/{Href(first, "next")}");
        Page third = await _host.GetAsync($"/{Href(second, "next")}");
        Page back = await _host.GetAsync($"/{Href(third, "prev")}");

        Assert.Equal((25, 25, 12), (Rows(first).Length, Rows(second).Length, Rows(third).Length));
        Assert.Equal(62, Rows(first).Concat(Rows(second)).Concat(Rows(third)).Distinct().Count());
        Assert.Equal(Rows(second), Rows(back));
        Assert.Equal("ui/jobs?limit=25", Href(back, "prev"));
        Assert.Null(Href(first, "prev"));
        Assert.Null(Href(third, "next"));
    }

    [Fact]
    public async Task Order_IsTurnedByLinkAndSaidToReaders()
    {
        Page newest = await _host.GetAsync("/ui/jobs");
        Page oldest = await _host.GetAsync("/ui/jobs?sort=created");

        Assert.Equal([_pdf, _mail], Rows(newest));
        Assert.Equal([_mail, _pdf], Rows(oldest));
        Assert.Contains("aria-sort=\"ascending\"", newest.Text, StringComparison.Ordinal);
        Assert.Contains("aria-sort=\"descending\"", oldest.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_AreThoseOfTheAddress()
    {
        Page page = await _host.GetAsync("/ui/jobs?cols=priority,queue");

        Assert.Contains(">Priority</th>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(">Waited</th>", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cols=colour", true)]
    [InlineData("cols=none", false)]
    public async Task Columns_OfWhichThereIsNone_AreTheUsualOnesUnlessNoneIsMeant(string address, bool areUsual)
    {
        Page page = await _host.GetAsync($"/ui/jobs?{address}");

        Assert.Equal(areUsual, page.Text.Contains(">Waited</th>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_HoldWhatIsListedAndNoFormula()
    {
        await _host.SubmitAsync("""{"type":"=1+1,\"x\"","queue":"mail"}""");

        Page csv = await _host.GetAsync("/ui/jobs.csv?q=queue:mail&sort=created");
        Page json = await _host.GetAsync("/ui/jobs.json?q=queue:mail");

        string[] lines = csv.Text.Split("\r\n");
        Assert.Equal(4, lines.Length);
        Assert.StartsWith($"{_mail},Ready,send,mail,,order-7,tenant:42,0,", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"'=1+1,\"\"x\"\"\"", lines[2], StringComparison.Ordinal);
        Assert.Equal("attachment; filename=\"jobs.csv\"", csv["Content-Disposition"]);
        JsonElement jobs = JsonDocument.Parse(json.Text).RootElement.GetProperty("jobs");
        Assert.Equal((2, _mail), (jobs.GetArrayLength(), jobs[1].GetProperty("id").GetString()));
        Assert.DoesNotContain("secret-input", csv.Text + json.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("order-7")]
    [InlineData("label.tenant:42")]
    public async Task Box_LeadsToTheOneJobThatIsFound(string typed) => Assert.Equal(
        $"/ui/jobs/{_mail}", (await _host.GetAsync($"/ui/go?to={Uri.EscapeDataString(typed)}"))["Location"]);

    [Fact]
    public async Task Box_LeadsToTheJobWhoseIdBeginsSo() => Assert.Equal(
        $"/ui/jobs/{_mail}", (await _host.GetAsync($"/ui/go?to={_mail[..^2]}"))["Location"]);

    [Fact]
    public async Task Suggestions_GoOnWhereTheQueryStands()
    {
        Page page = await _host.GetAsync("/ui/suggest?q=queue:ma%20status:failed&at=8");

        JsonElement found = JsonDocument.Parse(page.Text).RootElement;
        Assert.Equal((0, 8), (found.GetProperty("at").GetInt32(), found.GetProperty("length").GetInt32()));
        Assert.Equal("queue:mail", found.GetProperty("suggestions")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Job_ShowsItsLabels_EachLeadingToThoseWithTheSame()
    {
        Page page = await _host.GetAsync($"/ui/jobs/{_mail}");

        Assert.Contains("href=\"ui/jobs?q=label.tenant%3A42\"", page.Text, StringComparison.Ordinal);
    }

    private static string[] Rows(Page page) =>
        [.. page.Text.Split("data-key=\"").Skip(1).Select(text => text.Split('"')[0]).Where(id => id.Length == 36)];

    private static string? Href(Page page, string rel)
    {
        string mark = $"rel=\"{rel}\" href=\"";
        int at = page.Text.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? null : System.Net.WebUtility.HtmlDecode(page.Text[(at + mark.Length)..].Split('"')[0]);
    }
}
