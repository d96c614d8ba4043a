using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>Nobody is offered what would be refused; who asks all the same is told which permission is missing.</summary>
public sealed partial class RightsTests : IAsyncLifetime
{
    private const string Root = "root-key-0123456789";
    private const string Shop = "shop-key-0123456789";
    private const string Watch = "watch-key-0123456789";
    private const string Desk = "desk-key-0123456789";
    private const string Blind = "blind-key-0123456789";
    private PageHost _host = null!;
    private string _shops = "";
    private string _others = "";

    public async Task InitializeAsync()
    {
        _host = await PageHost.StartAsync(
            ("Api:Keys:0:Name", "root"), ("Api:Keys:0:Key", Root), ("Api:Keys:0:Admin", "true"),
            ("Api:Keys:1:Name", "shop"), ("Api:Keys:1:Key", Shop), ("Api:Keys:1:Owner", "shop"), ("Api:Keys:1:Permissions", "Submit"),
            ("Api:Keys:1:SubmitQueues:0", "mail"),
            ("Api:Keys:2:Name", "watch"), ("Api:Keys:2:Key", Watch), ("Api:Keys:2:Queues:0", "*"), ("Api:Keys:2:Permissions", "Read"),
            ("Api:Keys:3:Name", "desk"), ("Api:Keys:3:Key", Desk), ("Api:Keys:3:Queues:0", "mail"), ("Api:Keys:3:Permissions", "Operate"),
            ("Api:Keys:4:Name", "blind"), ("Api:Keys:4:Key", Blind), ("Api:Keys:4:Queues:0", "mail"), ("Api:Keys:4:Permissions", "Read"),
            ("Api:Keys:4:ReadPayload", "false"));
        _shops = await SubmitAsync("""{"type":"send","queue":"mail","owner":"shop"}""");
        _others = await SubmitAsync("""{"type":"send","queue":"pdf","owner":"desk"}""");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(Root, "/ui/queues/mail", true)]
    [InlineData(Desk, "/ui/queues/mail", true)]
    [InlineData(Watch, "/ui/queues/mail", false)]
    [InlineData(Root, "/ui/jobs/{shops}", true)]
    [InlineData(Shop, "/ui/jobs/{shops}", true)]
    [InlineData(Desk, "/ui/jobs/{shops}", true)]
    [InlineData(Watch, "/ui/jobs/{shops}", false)]
    [InlineData(Watch, "/ui/jobs/{shops}/cancel", false)]
    [InlineData(Watch, "/ui/queues/pdf/pause", false)]
    [InlineData(Watch, "/ui/new", false)]
    [InlineData(Shop, "/ui/new", true)]
    [InlineData(Watch, "/ui/jobs", false)]
    [InlineData(Watch, "/ui", false)]
    public async Task Offers_AreThoseThatOneMayTake(string key, string path, bool offered)
    {
        Page page = await _host.GetAsync(Filled(path), Bearer(key));

        Assert.Equal(200, page.Status);
        string offers = string.Join(' ', Offer().Matches(page.Text).Select(match => match.Value)
            .Where(offer => !offer.Contains("/theme", StringComparison.Ordinal) && !offer.Contains("#main", StringComparison.Ordinal)));
        Assert.Equal(offered, offers.Length > 0);
    }

    /// <summary>Who may not read payloads is told how long they are, and is offered nothing to do with them.</summary>
    [Fact]
    public async Task Values_ForAKeyThatMayNotReadThem_AreToldByTheirLength()
    {
        string id = await SubmitAsync("""{"type":"send","queue":"mail","owner":"shop","input":{"to":"s3cr3t"}}""");

        Page page = await _host.GetAsync($"/ui/jobs/{id}", Bearer(Blind));
        Page value = await _host.GetAsync($"/ui/jobs/{id}/input", Bearer(Blind));
        Page form = await _host.GetAsync($"/ui/new?like={id}", Bearer(Blind));

        Assert.Contains("15 bytes; your key may not read payloads.", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"ui/jobs/{id}/input", page.Text, StringComparison.Ordinal);
        Assert.Equal((403, "15 bytes; your key may not read payloads."), (value.Status, value.Text));
        Assert.Contains("The input is not copied: it has 15 bytes", form.Text, StringComparison.Ordinal);
        Assert.All(new[] { page, value, form }, shown => Assert.DoesNotContain("s3cr3t", shown.Text, StringComparison.Ordinal));
    }

    /// <summary>Whoever has looked into an owner's feed once is not the owner, and nobody need see to it.</summary>
    [Fact]
    public async Task AFeedThatSomebodyLookedInto_IsNotLate()
    {
        await _host.GetAsync("/events?owner=shop&after=oldest&limit=1", Bearer(Root));
        await _host.AdvanceAsync(TimeSpan.FromMinutes(6));

        foreach (string key in new[] { Root, Watch })
        {
            Assert.DoesNotContain("reads its feed", (await _host.GetAsync("/ui", Bearer(key))).Text, StringComparison.Ordinal);
            Assert.Contains("Looked in", (await _host.GetAsync("/ui/owners", Bearer(key))).Text, StringComparison.Ordinal);
        }

        await _host.GetAsync("/events?after=oldest&limit=1", Bearer(Shop));

        Assert.Contains("reads its feed", (await _host.GetAsync("/ui", Bearer(Root))).Text, StringComparison.Ordinal);
    }

    /// <summary>Who may not know a key's name is told whose it is.</summary>
    [Fact]
    public async Task AReaderOfAFeed_IsNamedToThoseWhoMayKnow()
    {
        await _host.GetAsync("/events?after=oldest&limit=1", Bearer(Shop));

        string named = WebUtility.HtmlDecode((await _host.GetAsync("/ui/owners", Bearer(Root))).Text);
        string unnamed = WebUtility.HtmlDecode((await _host.GetAsync("/ui/owners", Bearer(Watch))).Text);

        Assert.Contains("title=\"By the owner's key shop\"", named, StringComparison.Ordinal);
        Assert.Contains("title=\"By the owner's key\"", unnamed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ui/queues/pdf/pause", "Operate")]
    [InlineData("/ui/queues/pdf/events", "Operate")]
    [InlineData("/ui/jobs/{shops}/purge", "Operate")]
    [InlineData("/ui/new", "Submit")]
    public async Task AFormThatOneMayNotSend_NamesThePermissionInItsPlace(string path, string permission)
    {
        Page page = await _host.GetAsync(Filled(path), Bearer(Watch));

        Assert.Contains($"lacks the permission <code>{permission}</code>", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ui/do/queues/pdf/pause", "Operate")]
    [InlineData("/ui/do/queues/pdf/events", "Operate")]
    [InlineData("/ui/do/jobs/{shops}/cancel", "Operate")]
    [InlineData("/ui/do/start", "Submit")]
    public async Task AFormThatIsSentAllTheSame_IsRefusedByName(string path, string permission)
    {
        Page page = await _host.PostAsync(
            Filled(path), [("Sec-Fetch-Site", "same-origin"), Bearer(Watch)], [("type", "send"), ("key", "k")]);

        Assert.Equal(403, page.Status);
        Assert.Contains($"permission <code>{permission}</code>", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ui")]
    [InlineData("/ui/jobs")]
    [InlineData("/ui/jobs?q=desk")]
    [InlineData("/ui/jobs?q=queue:pdf%20status:new")]
    [InlineData("/ui/queues")]
    [InlineData("/ui/jobs.csv")]
    [InlineData("/ui/suggest?q=queue:")]
    [InlineData("/ui/suggest?q=owner:")]
    public async Task AnOwnersKey_FindsNoTraceOfAnother(string path)
    {
        Page page = await _host.GetAsync(path, Bearer(Shop));

        Assert.Equal(200, page.Status);
        Assert.DoesNotContain(_others, page.Text, StringComparison.Ordinal);
        // What was asked for stands there as it was typed.
        Assert.All(
            new[] { "pdf", "desk" }.Where(name => !path.Contains(name, StringComparison.Ordinal)),
            name => Assert.DoesNotContain(name, page.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Root, true)]
    [InlineData(Desk, false)]
    [InlineData(Watch, false)]
    [InlineData(Shop, false)]
    public async Task Replicas_AreForThoseWhoOperateEveryQueue(string key, bool may)
    {
        Page overview = await _host.GetAsync("/ui", Bearer(key));
        Page replicas = await _host.GetAsync("/ui/replicas", Bearer(key));

        Assert.Equal(200, replicas.Status);
        Assert.All(
            [overview.Text, replicas.Text], text => Assert.Equal(may, text.Contains("href=\"ui/replicas\"", StringComparison.Ordinal)));
        Assert.Equal(may, replicas.Text.Contains("data-key=\"s-0\"", StringComparison.Ordinal));
        Assert.Equal(!may, replicas.Text.Contains("is not for you to see", StringComparison.Ordinal));
    }

    /// <summary>How many jobs of one owner wait is not counted over time; that loses no other plot.</summary>
    [Theory]
    [InlineData(Root, "/ui", 8)]
    [InlineData(Desk, "/ui", 8)]
    [InlineData(Shop, "/ui", 6)]
    [InlineData(Shop, "/ui?window=15m&compare=before", 6)]
    public async Task Plots_AreThoseOfWhatIsKnown(string key, string path, int plots)
    {
        Page page = await _host.GetAsync(path, Bearer(key));

        Assert.Equal(plots, page.Text.Split("class=\"card plotted\"").Length - 1);
        Assert.DoesNotContain("could not be read", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_SaysWhoLooks() =>
        Assert.Contains(">watch</span>", (await _host.GetAsync("/ui", Bearer(Watch))).Text, StringComparison.Ordinal);

    private static (string, string) Bearer(string key) => ("Authorization", $"Bearer {key}");

    private string Filled(string path) => path
        .Replace("{shops}", _shops, StringComparison.Ordinal)
        .Replace("{others}", _others, StringComparison.Ordinal);

    private async Task<string> SubmitAsync(string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs");
        request.Headers.Add("X-Api-Key", Root);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _host.Client.SendAsync(request);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>A form that changes something, or a link to a page with one.</summary>
    [GeneratedRegex(
        """"action="ui/do/[^"]*"|href="ui/new[^"]*"|href="ui/(jobs|queues)/[^"/]*/(cancel|move|purge|pause|events|retry)[^"]*"""")]
    private static partial Regex Offer();
}
