namespace JobOrchestrator.Dashboard.Tests.Pages;

public sealed class AddressesTests
{
    [Fact]
    public async Task BareAddress_LeadsPeopleToThePagesAndProgramsOn()
    {
        await using PageHost host = await PageHost.StartAsync();

        Page person = await host.GetAsync("/", ("Accept", "text/html,*/*;q=0.8"));
        Page program = await host.GetAsync("/");

        Assert.Equal((303, "/ui"), (person.Status, person["Location"]));
        Assert.Equal(200, program.Status);
        Assert.Contains("\"jobs\":\"/jobs\"", program.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_ThatAreSwitchedOff_AreNotThere()
    {
        await using PageHost host = await PageHost.StartAsync(("Ui:Enabled", "false"));

        Assert.Equal(404, (await host.GetAsync("/ui")).Status);
        Assert.Equal("/swagger", (await host.GetAsync("/", ("Accept", "text/html")))["Location"]);
    }

    [Theory]
    [InlineData("/ops/ui")]
    [InlineData("/ui")]
    public async Task Pages_BehindAPrefix_AreThereWithItAndWithout(string path)
    {
        await using PageHost host = await PageHost.StartAsync(("Ui:PathBase", "/ops"));

        Page page = await host.GetAsync(path);
        Page theme = await host.PostAsync("/ui/do/theme", ("back", "ui/jobs"));

        Assert.Equal(200, page.Status);
        Assert.Contains("<base href=\"/ops/\" />", page.Text, StringComparison.Ordinal);
        Assert.Equal("/ops/ui/jobs", theme["Location"]);
    }

    [Fact]
    public async Task Pages_BehindAProxyThatIsBelieved_HaveItsPrefix()
    {
        await using PageHost host = await PageHost.StartAsync(("Api:TrustForwardedHeaders", "true"));

        Page page = await host.GetAsync("/ui", ("X-Forwarded-Prefix", "/jobs-ui"));

        Assert.Contains("<base href=\"/jobs-ui/\" />", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prefix_ThatNobodyIsBelievedToSet_IsNotTaken()
    {
        await using PageHost host = await PageHost.StartAsync();

        Page page = await host.GetAsync("/ui", ("X-Forwarded-Prefix", "//evil.example"));

        Assert.Contains("<base href=\"/\" />", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "/ui/jobs")]
    [InlineData("mail", "/ui/queues/mail")]
    [InlineData("00000000-0000-7000-8000-00000000000A", "/ui/jobs/00000000-0000-7000-8000-00000000000a")]
    [InlineData("order 7&x=1", "/ui/jobs?q=order%207%26x%3D1")]
    public async Task Box_LeadsToWhatItNames(string typed, string place)
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SubmitAsync("""{"type":"send","queue":"mail"}""");

        Page page = await host.GetAsync($"/ui/go?to={Uri.EscapeDataString(typed)}");

        Assert.Equal((303, place), (page.Status, page["Location"]));
    }

    /// <summary>What a list shows of an id is found again, in the box and where queries are typed.</summary>
    [Theory]
    [InlineData("…")]
    [InlineData("...")]
    public async Task Box_TakesAnIdAsListsShowIt(string dots)
    {
        await using PageHost host = await PageHost.StartAsync();
        string id = await host.SubmitAsync();
        await host.SubmitAsync();
        string shown = Uri.EscapeDataString($"{id[..8]}{dots}{id[^4..]}"), none = Uri.EscapeDataString($"{id[..8]}{dots}zz");

        Page box = await host.GetAsync($"/ui/go?to={shown}");
        Page list = await host.GetAsync($"/ui/jobs?q={shown}");
        Page other = await host.GetAsync($"/ui/go?to={Uri.EscapeDataString($"00000000{dots}0000")}");

        Assert.Equal((303, $"/ui/jobs/{id}"), (box.Status, box["Location"]));
        Assert.Equal((303, $"/ui/go?to={shown}"), (list.Status, list["Location"]));
        Assert.Equal((303, "/ui/jobs?q=id%3A00000000%2A"), (other.Status, other["Location"]));
        Assert.StartsWith("/ui/jobs?q=", (await host.GetAsync($"/ui/go?to={none}"))["Location"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ui-theme=dark", "data-theme=\"dark\"")]
    [InlineData("ui-density=comfortable", "data-density=\"comfortable\"")]
    [InlineData("ui-keys=off", "data-keys=\"off\"")]
    [InlineData("ui-zone=Asia%2FKolkata", "UTC+5:30")]
    [InlineData("ui-browser-zone=Asia%2FKolkata", "UTC+5:30")]
    public async Task Preferences_InCookies_AreInTheFirstByte(string cookie, string shown)
    {
        await using PageHost host = await PageHost.StartAsync();

        Assert.Contains(shown, (await host.GetAsync("/ui", ("Cookie", cookie))).Text.Replace("&#x2B;", "+"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ui-theme=\"><script>")]
    [InlineData("ui-zone=../../etc/passwd")]
    public async Task Preferences_ThatAreNone_CountAsNotSaid(string cookie)
    {
        await using PageHost host = await PageHost.StartAsync();

        Page page = await host.GetAsync("/ui", ("Cookie", cookie));

        Assert.Equal(200, page.Status);
        Assert.DoesNotContain("data-theme", page.Text, StringComparison.Ordinal);
    }
}
