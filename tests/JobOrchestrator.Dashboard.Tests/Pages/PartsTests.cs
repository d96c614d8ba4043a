using System.Text;

namespace JobOrchestrator.Dashboard.Tests.Pages;

public sealed class PartsTests : IAsyncLifetime
{
    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Part_ThatHasNotChanged_CostsALine()
    {
        await _host.SubmitAsync();
        Page first = await _host.GetAsync("/ui/queues?part=queues");

        Page same = await _host.GetAsync("/ui/queues?part=queues", ("If-None-Match", first["ETag"]!));
        await _host.SubmitAsync();
        Page other = await _host.GetAsync("/ui/queues?part=queues", ("If-None-Match", first["ETag"]!));

        Assert.Equal((200, 304, 200), (first.Status, same.Status, other.Status));
        Assert.Empty(same.Text);
        Assert.DoesNotContain("<html", first.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Part_OfAnotherPage_IsNotThere() => Assert.Equal(404, (await _host.GetAsync("/ui/queues?part=jobs")).Status);

    [Fact]
    public async Task Part_ThatTheApiDoesNotAnswer_IsKeptByTheBrowserAndThePageStands()
    {
        int free = TestSupport.FreePort.Next();
        await using PageHost host = await PageHost.StartAsync(("Ui:ApiUrl", $"http://127.0.0.1:{free}"));

        Page part = await host.GetAsync("/ui/queues?part=queues");
        Page page = await host.GetAsync("/ui/queues");

        Assert.Equal((503, 200), (part.Status, page.Status));
        Assert.Contains("does not answer", page.Text, StringComparison.Ordinal);
        Assert.Contains("<nav", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plots_TellOfMarks_AndOfWhatNothingIsRecorded()
    {
        using var mark = new StringContent("""{"text":"1.5 <b>goes</b> out"}""", Encoding.UTF8, "application/json");
        Assert.Equal(201, (int)(await _host.Client.PostAsync("/marks", mark)).StatusCode);
        await _host.SubmitAsync();

        Page page = await _host.GetAsync("/ui?window=7d");

        Assert.Contains("class=\"mark\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("1.5 &lt;b&gt;goes&lt;/b&gt; out", page.Text, StringComparison.Ordinal);
        Assert.Contains("No record before", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AQueueWithASlashInItsName_IsItself()
    {
        await _host.SubmitAsync("""{"type":"send","queue":"a/b"}""");

        Page page = await _host.GetAsync("/ui/queues/a%2Fb");
        Page other = await _host.GetAsync("/ui/queues/a%252Fb");

        Assert.Contains("a%2Fb/pause", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("a%252Fb", page.Text, StringComparison.Ordinal);
        Assert.Contains("a%252Fb/pause", other.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv?q=status:x", 400)]
    [InlineData("json?q=-queue:a", 422)]
    public async Task AFileOfAQueryThatIsNone_SaysWhatIsWrong(string file, int status)
    {
        Page answer = await _host.GetAsync("/ui/jobs." + file);

        Assert.Equal(status, answer.Status);
        Assert.Contains("could not be read", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_OfAJob_WakeItsPage()
    {
        string id = await _host.SubmitAsync();
        using var stream = new StreamReader(await _host.Client.GetStreamAsync($"/ui/live/jobs/{id}"));

        await _host.WorkAsync("complete", "");
        string first = (await stream.ReadLineAsync())!;
        string all = first + await stream.ReadToEndAsync();

        Assert.StartsWith("event: ", first, StringComparison.Ordinal);
        Assert.Contains("event: end", all, StringComparison.Ordinal);
        Assert.DoesNotContain("send", all, StringComparison.Ordinal);
    }
}
