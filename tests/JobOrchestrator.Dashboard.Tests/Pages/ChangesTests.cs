using System.Text.Json;

namespace JobOrchestrator.Dashboard.Tests.Pages;

public sealed class ChangesTests : IAsyncLifetime
{
    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Form_OfOurOwn_StartsAJobOnceHoweverOftenItIsSent()
    {
        (string, string)[] form = [("key", "k1"), ("type", "send"), ("queue", "mail"), ("input", """{"a":1.10}"""), ("priority", "7")];

        Page first = await _host.PostAsync("/ui/do/start", form);
        Page second = await _host.PostAsync("/ui/do/start", form);

        Assert.Equal(303, first.Status);
        Assert.Equal(first["Location"], second["Location"]);
        JsonElement job = JsonDocument.Parse(await _host.Client.GetStringAsync(first["Location"]!.Replace("/ui/", "/"))).RootElement;
        Assert.Equal(
            ("send", "mail", """{"a":1.10}""", 7),
            (job.GetProperty("type").GetString(), job.GetProperty("queue").GetString(), job.GetProperty("input").GetRawText(),
                job.GetProperty("priority").GetInt32()));
    }

    [Theory]
    [InlineData("""{"a":1,}""", "line 1, column 8")]
    [InlineData("{\n  \"a\": tru\n}", "line 2")]
    public async Task Form_WithAnInputThatIsNoJson_ComesBackAsItWasTyped(string input, string place)
    {
        Page page = await _host.PostAsync("/ui/do/start", ("type", "my-type"), ("input", input), ("externalId", "order-7"));

        Assert.Equal(422, page.Status);
        Assert.Contains(place, page.Text, StringComparison.Ordinal);
        Assert.Contains("my-type", page.Text, StringComparison.Ordinal);
        Assert.Contains("order-7", page.Text, StringComparison.Ordinal);
        Assert.Equal("[]", await _host.Client.GetStringAsync("/jobs"));
    }

    [Fact]
    public async Task Form_WhoseKeyIsTaken_SaysByWhichJob()
    {
        string holder = await _host.SubmitAsync("""{"type":"send","externalId":"order-7"}""");

        Page page = await _host.PostAsync("/ui/do/start", ("type", "send"), ("externalId", "order-7"));

        Assert.Equal(409, page.Status);
        Assert.Contains(holder, page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_ThatIsCancelledAndRunAgain_IsAnother()
    {
        string id = await _host.SubmitAsync();

        Page cancelled = await _host.PostAsync($"/ui/do/jobs/{id}/cancel");
        Page retried = await _host.PostAsync($"/ui/do/jobs/{id}/retry");

        Assert.Equal((303, $"/ui/jobs/{id}"), (cancelled.Status, cancelled["Location"]));
        Assert.Equal(303, retried.Status);
        Assert.NotEqual($"/ui/jobs/{id}", retried["Location"]);
        Assert.Contains(id, (await _host.GetAsync(retried["Location"]!)).Text, StringComparison.Ordinal);
    }

    /// <summary>A line that is taken out takes its label away; what somebody else has set meanwhile stays.</summary>
    [Fact]
    public async Task Job_ItsLabels_AreThoseOfTheForm()
    {
        string id = await _host.SubmitAsync("""{"type":"send","labels":{"tenant":"42","old":"1"}}""");
        Page job = await _host.GetAsync($"/ui/jobs/{id}");
        Page form = await _host.GetAsync($"/ui/jobs/{id}/label");
        using var content = new StringContent("""{"labels":{"meanwhile":"x"}}""", System.Text.Encoding.UTF8, "application/json");
        (await _host.Client.PatchAsync($"/jobs/{id}", content)).EnsureSuccessStatusCode();

        Page refused = await _host.PostAsync($"/ui/do/jobs/{id}/label", ("was", "old"), ("was", "tenant"), ("labels", "tenant"));
        Page done = await _host.PostAsync(
            $"/ui/do/jobs/{id}/label", ("was", "old"), ("was", "tenant"), ("labels", "tenant=43\r\nnew=a=b"));

        Assert.Contains($"href=\"ui/jobs/{id}/label\"", job.Text, StringComparison.Ordinal);
        Assert.Contains("old=1\ntenant=42</textarea>", System.Net.WebUtility.HtmlDecode(form.Text), StringComparison.Ordinal);
        Assert.Equal(422, refused.Status);
        Assert.Contains("one label a line", refused.Text, StringComparison.Ordinal);
        // What came meanwhile did not stand in the form that is sent again.
        Assert.Contains("name=\"was\" value=\"tenant\"", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"meanwhile\"", refused.Text, StringComparison.Ordinal);
        Assert.Equal((303, $"/ui/jobs/{id}"), (done.Status, done["Location"]));
        JsonElement labels = JsonDocument.Parse(await _host.Client.GetStringAsync($"/jobs/{id}")).RootElement.GetProperty("labels");
        Assert.Equal(
            ["meanwhile=x", "new=a=b", "tenant=43"],
            labels.EnumerateObject().Select(label => $"{label.Name}={label.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Change_ThatTheApiRefuses_IsSaidOnAPageWithTheWayBack()
    {
        string id = await _host.SubmitAsync();

        Page page = await _host.PostAsync($"/ui/do/jobs/{id}/retry");

        Assert.Equal(409, page.Status);
        Assert.Contains("That was not done", page.Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"ui/jobs/{id}\"", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queue_PausedWithAReason_SaysWhyAndIsResumed()
    {
        await _host.SubmitAsync("""{"type":"send","queue":"mail"}""");

        Page paused = await _host.PostAsync("/ui/do/queues/mail/pause", ("reason", "db migration"));
        Page queues = await _host.GetAsync("/ui/queues");
        Page resumed = await _host.PostAsync("/ui/do/queues/mail/resume", ("back", "ui/queues"));

        Assert.Equal((303, "/ui/queues/mail"), (paused.Status, paused["Location"]));
        Assert.Contains("db migration", queues.Text, StringComparison.Ordinal);
        Assert.Equal((303, "/ui/queues"), (resumed.Status, resumed["Location"]));
        Assert.DoesNotContain("db migration", (await _host.GetAsync("/ui/queues")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queue_WhoseEventsAreChosen_SaysWhichUntilItHasAll_AndTheActionTellsOfIt()
    {
        Page form = await _host.GetAsync("/ui/queues/mail/events");
        Page chosen = await _host.PostAsync("/ui/do/queues/mail/events", ("kind", "completed"), ("kind", "failed"), ("kind", "odd"));
        Page queue = await _host.GetAsync("/ui/queues/mail");
        Page again = await _host.GetAsync("/ui/queues/mail/events");
        Page actions = await _host.GetAsync("/ui/actions");
        string action = actions.Text.Split("href=\"ui/actions/")[1].Split('"')[0];
        Page told = await _host.GetAsync($"/ui/actions/{action}");
        await _host.PostAsync($"/ui/do/actions/{action}/undo");

        Assert.Equal(5, form.Text.Split("checked").Length - 1);
        Assert.Equal((303, "/ui/queues/mail"), (chosen.Status, chosen["Location"]));
        Assert.Contains("the broker gets: completed, failed.", queue.Text, StringComparison.Ordinal);
        Assert.Equal(2, again.Text.Split("checked").Length - 1);
        Assert.Contains(">chose events of mail<", actions.Text, StringComparison.Ordinal);
        Assert.Contains("<dd>completed, failed</dd>", told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("the broker gets", (await _host.GetAsync("/ui/queues/mail")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/ui")]
    [InlineData("ui/../../evil")]
    [InlineData("uix")]
    [InlineData("javascript:alert(1)")]
    [InlineData("ui/a\r\nSet-Cookie: x=1")]
    public async Task Form_ThatSaysItCameFromElsewhere_GoesNowhereElse(string back)
    {
        Page page = await _host.PostAsync("/ui/do/theme", ("back", back));

        Assert.Equal((303, "/ui"), (page.Status, page["Location"]));
    }

    [Theory]
    [InlineData("cross-site", null)]
    [InlineData("same-site", null)]
    [InlineData("none", null)]
    [InlineData(null, "https://evil.example")]
    [InlineData(null, "null")]
    [InlineData(null, null)]
    public async Task Form_OfAnotherSite_ChangesNothing(string? site, string? origin)
    {
        string id = await _host.SubmitAsync();
        var headers = new List<(string, string)>();
        if (site is not null)
        {
            headers.Add(("Sec-Fetch-Site", site));
        }

        if (origin is not null)
        {
            headers.Add(("Origin", origin));
        }

        Page page = await _host.PostAsync($"/ui/do/jobs/{id}/cancel", [.. headers], []);

        Assert.Equal(403, page.Status);
        Assert.Contains("\"New\"", await _host.Client.GetStringAsync($"/jobs/{id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_ByGet_IsNoOperation()
    {
        string id = await _host.SubmitAsync();

        Page page = await _host.GetAsync($"/ui/do/jobs/{id}/cancel", ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal(405, page.Status);
        Assert.Contains("\"New\"", await _host.Client.GetStringAsync($"/jobs/{id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_SetToShowOnly_HaveNoButtonsAndRefuseForms()
    {
        await using PageHost host = await PageHost.StartAsync(("Ui:ReadOnly", "true"));
        string id = await host.SubmitAsync();

        Page page = await host.GetAsync($"/ui/jobs/{id}");
        Page refused = await host.PostAsync($"/ui/do/jobs/{id}/cancel");

        Assert.DoesNotContain("/cancel", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("ui/do/jobs", page.Text, StringComparison.Ordinal);
        Assert.Equal(403, refused.Status);
        Assert.Contains("\"New\"", await host.Client.GetStringAsync($"/jobs/{id}"), StringComparison.Ordinal);
    }
}
