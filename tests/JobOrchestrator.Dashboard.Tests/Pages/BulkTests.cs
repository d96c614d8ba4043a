using System.Net;
using System.Text.Json;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>One thing is done to many jobs: counted, asked again, done in parts, told, and undone where that can be.</summary>
public sealed class BulkTests : IAsyncLifetime
{
    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync(("Ui:Name", "TEST"));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("do=retry&q=status:failed", "/ui/bulk/retry?q=status%3Afailed")]
    [InlineData("do=purge&q=status:failed&id=a&id=b", "/ui/bulk/purge?q=id%3Aa%2Cb")]
    public async Task Chosen_OrAllThatMatch_AreAskedAbout(string said, string address) =>
        Assert.Equal((303, address), await PlaceAsync($"/ui/bulk?{said}"));

    [Fact]
    public async Task Chosen_TooMany_AreNotCutShort()
    {
        Page page = await _host.GetAsync($"/ui/bulk?do=retry&{string.Join('&', Enumerable.Range(0, 28).Select(i => $"id={i}"))}");

        Assert.Contains("At most 27 jobs", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Question_SaysWhereWhichHowManyAndWhatBecomesOfThem()
    {
        await FailAsync(3);

        Page page = await _host.GetAsync("/ui/bulk/retry?q=status:failed%20queue:mail");

        Assert.Equal(200, page.Status);
        Assert.Contains("<strong>TEST</strong>", page.Text, StringComparison.Ordinal);
        Assert.Contains("failed, queue mail", page.Text, StringComparison.Ordinal);
        Assert.Contains("Runs 3 jobs again, each as a new job", page.Text, StringComparison.Ordinal);
        Assert.Contains("name=\"expect\" value=\"3\"", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_OfAGroup_IsToldAndUndone()
    {
        await FailAsync(3);

        Page done = await _host.PostAsync(
            "/ui/do/bulk/retry", ("q", "status:failed queue:mail"), ("expect", "3"), ("id", Guid.NewGuid().ToString()));
        Page action = await _host.GetAsync(done["Location"]!);
        Page undone = await _host.PostAsync($"/ui/do{done["Location"]!["/ui".Length..]}/undo");

        Assert.Equal(303, done.Status);
        Assert.Contains("retried 3 jobs", action.Text, StringComparison.Ordinal);
        Assert.Contains(">Undo</button>", action.Text, StringComparison.Ordinal);
        Assert.Equal(303, undone.Status);
        Assert.Equal(3, await CountAsync("status:cancelled"));
        Assert.Contains("retried 3 jobs", (await _host.GetAsync("/ui")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3", "they are old", 0)]
    [InlineData("2", "they are old", 3)]
    [InlineData("", "they are old", 3)]
    [InlineData("3", "", 3)]
    public async Task Purge_WantsItsNumberTypedAndAReason(string typed, string reason, int left)
    {
        await FailAsync(3);

        Page page = await _host.PostAsync(
            "/ui/do/bulk/purge", ("q", "status:failed type:send"), ("expect", "3"), ("typed", typed), ("reason", reason));

        Assert.Equal(left == 0 ? 303 : 422, page.Status);
        Assert.Equal(left, await CountAsync("queue:mail"));
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("3", 3)]
    [InlineData("mai", 3)]
    [InlineData(" mail ", 0)]
    public async Task Purge_OfAQueue_WantsItsNameTyped(string typed, int left)
    {
        await FailAsync(3);

        Page page = await _host.PostAsync(
            "/ui/do/bulk/purge", ("q", "queue:mail status:failed"), ("expect", "3"), ("typed", typed), ("reason", "they are old"));

        Assert.Equal(left == 0 ? 303 : 422, page.Status);
        Assert.Equal(left > 0, page.Text.Contains("Type the queue&#x27;s name, mail, to go on.", StringComparison.Ordinal));
        Assert.Equal(left, await CountAsync("queue:mail"));
    }

    /// <summary>What fails is run again from the queue's page, counted; what fails again is not counted twice.</summary>
    [Fact]
    public async Task FailedJobsOfAQueue_AreAskedAboutOnce()
    {
        await FailAsync(3);

        Page first = await AskedFromTheQueueAsync("retry");
        await _host.PostAsync("/ui/do/bulk/retry", ("q", "queue:mail status:failed -retriedas:*"), ("expect", "3"));
        for (int i = 0; i < 3; i++)
        {
            await _host.WorkAsync("fail", ""","error":{"title":"no such mailbox"}""", "mail");
        }

        Page second = await AskedFromTheQueueAsync("retry");
        Page purge = await AskedFromTheQueueAsync("purge");
        Assert.All([first.Text, second.Text], text => Assert.Contains("<h1>Retry 3 jobs?</h1>", text, StringComparison.Ordinal));
        Assert.Contains("queue mail, failed, not run again", second.Text, StringComparison.Ordinal);
        Assert.Contains("<h1>Purge 6 jobs?</h1>", purge.Text, StringComparison.Ordinal);
        Assert.Contains(
            "Type the queue's name, <span class=\"mono\">mail</span>", WebUtility.HtmlDecode(purge.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreThanWereCounted_AreLeftAsTheyAre()
    {
        await FailAsync(30);

        Page page = await _host.PostAsync("/ui/do/bulk/retry", ("q", "status:failed queue:mail"), ("expect", "3"));

        Assert.Equal(409, page.Status);
        Assert.Contains("Nothing was done.", page.Text, StringComparison.Ordinal);
        Assert.Contains("name=\"expect\" value=\"30\"", page.Text, StringComparison.Ordinal);
        Assert.Equal(30, await CountAsync("queue:mail"));
    }

    [Fact]
    public async Task Labels_AreSetByLines()
    {
        await _host.SubmitAsync("""{"type":"send","queue":"mail","labels":{"old":"1"}}""");

        Page page = await _host.PostAsync(
            "/ui/do/bulk/label", ("q", "queue:mail"), ("expect", "1"), ("labels", "tenant=42\r\nold="));

        Assert.Equal(303, page.Status);
        Assert.Equal(1, await CountAsync("label.tenant:42 -label.old:1"));
    }

    [Fact]
    public async Task ManyJobs_AreDoneInParts_EachByAButtonOfThePage()
    {
        for (int i = 0; i < 6; i++)
        {
            await _host.CallAsync(
                "/jobs/batch", JsonSerializer.Serialize(Enumerable.Range(0, 100).Select(_ => new { type = "send", queue = "mail" })));
        }

        Page part = await _host.PostAsync(
            "/ui/do/bulk/cancel", ("q", "queue:mail"), ("expect", "600"), ("typed", "600"), ("reason", "a mistake"));
        Page progress = await _host.GetAsync(part["Location"]!);

        Assert.Contains("cursor=", part["Location"], StringComparison.Ordinal);
        Assert.Contains("data-go-on", progress.Text, StringComparison.Ordinal);
        string form = progress.Text.Split("data-go-on")[1].Split("</form>")[0];
        (string, string)[] fields =
        [
            .. form.Split("<input").Skip(1).Select(input => (
                WebUtility.HtmlDecode(input.Split("name=\"")[1].Split('"')[0]),
                WebUtility.HtmlDecode(input.Split("value=\"")[1].Split('"')[0]))),
        ];
        Page end = await _host.PostAsync("/ui/do/bulk/cancel", fields);
        Assert.Contains("cancelled 600 jobs", (await _host.GetAsync(end["Location"]!)).Text, StringComparison.Ordinal);
        Assert.Equal(600, await CountAsync("status:cancelled"));
    }

    /// <summary>Follows a button of the queue's page.</summary>
    private async Task<Page> AskedFromTheQueueAsync(string act)
    {
        Page queue = await _host.GetAsync("/ui/queues/mail");
        string address = queue.Text.Split($"href=\"ui/bulk/{act}?")[1].Split('"')[0];
        return await _host.GetAsync($"/ui/bulk/{act}?{WebUtility.HtmlDecode(address)}");
    }

    private async Task FailAsync(int many)
    {
        for (int i = 0; i < many; i++)
        {
            await _host.SubmitAsync("""{"type":"send","queue":"mail","maxRetries":0}""");
            await _host.WorkAsync("fail", ""","error":{"title":"no such mailbox"}""", "mail");
        }
    }

    private async Task<int> CountAsync(string query) => JsonDocument.Parse(
        await _host.Client.GetStringAsync($"/jobs/count?q={Uri.EscapeDataString(query)}")).RootElement.GetProperty("count").GetInt32();

    private async Task<(int, string?)> PlaceAsync(string path)
    {
        Page page = await _host.GetAsync(path);
        return (page.Status, page["Location"]);
    }
}
