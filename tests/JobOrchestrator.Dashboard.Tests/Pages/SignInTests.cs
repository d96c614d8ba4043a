using System.Text.Json;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>Where there are keys: nobody sees anything before signing in, and then no more than the key.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private const string Root = "root-key-0123456789";
    private const string Shop = "shop-key-0123456789";
    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync(
        ("Api:Keys:0:Name", "root"), ("Api:Keys:0:Key", Root), ("Api:Keys:0:Admin", "true"),
        ("Api:Keys:1:Name", "shop"), ("Api:Keys:1:Key", Shop), ("Api:Keys:1:Owner", "shop"), ("Api:Keys:1:Permissions", "Submit"),
        ("Api:Keys:1:SubmitQueues:0", "mail"));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/ui")]
    [InlineData("/ui/jobs?q=status%3Afailed%20queue%3Amail&limit=25")]
    [InlineData("/ui/queues/mail")]
    public async Task APage_BeforeSigningIn_LeadsThereAndBack(string path)
    {
        Page page = await _host.GetAsync(path);

        Assert.Equal((303, $"/ui/sign-in?back={Uri.EscapeDataString(path[1..])}"), (page.Status, page["Location"]));
        Page form = await _host.GetAsync(page["Location"]!);
        Assert.Contains("name=\"key\"", form.Text, StringComparison.Ordinal);
        string back = path[1..].Replace("&", "&amp;", StringComparison.Ordinal);
        Assert.Contains($"name=\"back\" value=\"{back}\"", form.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APart_BeforeSigningIn_IsRefusedSoThatTheScriptLoadsThePage() =>
        Assert.Equal(401, (await _host.GetAsync("/ui?part=queues")).Status);

    [Fact]
    public async Task AKey_BecomesATicketThatShowsWhatTheKeySees()
    {
        string own = await SubmitAsync("""{"type":"own-type","queue":"mail","owner":"shop"}""");
        string others = await SubmitAsync("""{"type":"other-type","queue":"mail","owner":"desk"}""");

        Page signedIn = await _host.PostAsync("/ui/do/sign-in", ("key", Shop), ("back", "ui/jobs"));

        Assert.Equal((303, "/ui/jobs"), (signedIn.Status, signedIn["Location"]));
        string cookie = signedIn["Set-Cookie"]!;
        Assert.StartsWith("jobs=v1.", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Shop, cookie, StringComparison.Ordinal);
        (string, string) ticket = ("Cookie", cookie.Split(';')[0]);
        Page jobs = await _host.GetAsync("/ui/jobs", ticket);
        Assert.Contains(own, jobs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("other-type", jobs.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await _host.GetAsync($"/ui/jobs/{others}", ticket)).Status);
        Assert.Contains("Sign out", jobs.Text, StringComparison.Ordinal);

        // The API takes no cookie: no other site can have a browser call it.
        Assert.Equal(401, (await _host.GetAsync("/jobs", ticket)).Status);
    }

    [Fact]
    public async Task AProxysToken_IsHandedOnAsItIs() =>
        Assert.Equal(200, (await _host.GetAsync("/ui", ("Authorization", $"Bearer {Root}"))).Status);

    [Fact]
    public async Task AWrongKey_IsSaid_AndFiveAMinuteAreEnough()
    {
        for (int i = 0; i < 5; i++)
        {
            Page wrong = await _host.PostAsync("/ui/do/sign-in", ("key", $"wrong-key-012345678{i}"));
            Assert.Equal(401, wrong.Status);
            Assert.Contains("This key is not known.", wrong.Text, StringComparison.Ordinal);
            Assert.Null(wrong["Set-Cookie"]);
        }

        Page sixth = await _host.PostAsync("/ui/do/sign-in", ("key", Root));

        Assert.Equal((429, "60"), (sixth.Status, sixth["Retry-After"]));
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example")]
    [InlineData("../elsewhere")]
    [InlineData("ui/../../elsewhere")]
    [InlineData("javascript:alert(1)")]
    public async Task AnotherPlace_IsNotGoneBackTo(string back)
    {
        Page signedIn = await _host.PostAsync("/ui/do/sign-in", ("key", Root), ("back", back));

        Assert.Equal((303, "/ui"), (signedIn.Status, signedIn["Location"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1.a.b.c.d")]
    [InlineData("x")]
    public async Task ATicketThatIsNone_LeadsToSigningIn(string ticket) =>
        Assert.Equal(303, (await _host.GetAsync("/ui", ("Cookie", $"jobs={ticket}"))).Status);

    [Fact]
    public async Task SigningOut_ForgetsTheTicket()
    {
        Page signedIn = await _host.PostAsync("/ui/do/sign-in", ("key", Root));

        Page signedOut = await _host.PostAsync(
            "/ui/do/sign-out", [("Sec-Fetch-Site", "same-origin"), ("Cookie", signedIn["Set-Cookie"]!.Split(';')[0])], []);

        Assert.Equal((303, "/ui/sign-in"), (signedOut.Status, signedOut["Location"]));
        Assert.StartsWith("jobs=; expires=Thu, 01 Jan 1970", signedOut["Set-Cookie"], StringComparison.Ordinal);
    }

    /// <summary>Two installations below one host: who signs in to one, or out of it, is as he was in the other.</summary>
    [Fact]
    public async Task BelowAPrefix_ATicketIsItsOwn()
    {
        await using PageHost host = await PageHost.StartAsync(
            ("Ui:PathBase", "/ops"), ("Api:Keys:0:Name", "root"), ("Api:Keys:0:Key", Root), ("Api:Keys:0:Admin", "true"));
        string ours = (await host.PostAsync("/ui/do/sign-in", ("key", Root)))["Set-Cookie"]!.Split(';')[0];

        Page both = await host.GetAsync("/ops/ui", ("Cookie", $"jobs=v1.a.b.c.d; {ours}"));
        Page spelt = await host.GetAsync("/Ops/ui", ("Cookie", $"{ours}; jobs=v1.a.b.c.d"));
        Page signedOut = await host.PostAsync("/ui/do/sign-out", [("Sec-Fetch-Site", "same-origin"), ("Cookie", ours)], []);
        Page others = await host.GetAsync("/ops/ui", ("Cookie", ours.Replace("jobs-", "jobs-0", StringComparison.Ordinal)));

        Assert.Matches("^jobs-[0-9a-f]{8}=v1\\.", ours);
        Assert.Equal((200, 200, 303), (both.Status, spelt.Status, others.Status));
        Assert.StartsWith($"{ours.Split('=')[0]}=; expires=Thu, 01 Jan 1970", signedOut["Set-Cookie"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherSite_SignsNobodyIn() =>
        Assert.Equal(403, (await _host.PostAsync("/ui/do/sign-in", [("Sec-Fetch-Site", "cross-site")], [("key", Root)])).Status);

    [Fact]
    public async Task WithoutKeys_NobodyHasToSignIn()
    {
        await using PageHost host = await PageHost.StartAsync();

        Page signedIn = await host.PostAsync("/ui/do/sign-in", ("key", "whatever-0123456789"));

        Assert.Equal(200, (await host.GetAsync("/ui")).Status);
        Assert.Equal((303, "/ui", null), (signedIn.Status, signedIn["Location"], signedIn["Set-Cookie"]));
    }

    private async Task<string> SubmitAsync(string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs");
        request.Headers.Add("X-Api-Key", Root);
        request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _host.Client.SendAsync(request);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;
    }
}
