using JobOrchestrator.Tests.Strangers;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>Who signed in at a proxy: pages and API take the same token, and the page says who it is.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private const string Header = "X-Forwarded-Access-Token";

    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private Authority _authority = null!;
    private PageHost _host = null!;

    public async Task InitializeAsync()
    {
        _authority = await Authority.StartAsync();
        _host = await PageHost.StartAsync([.. _authority.Settings(("Ui:TokenHeader", Header)).Select(said => (said.Key, said.Value!))]);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _authority.DisposeAsync();
    }

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("authorization", "bearer   ")]
    [InlineData(Header, "")]
    [InlineData(Header, "Bearer ")]
    public async Task Token_OfAProxy_ShowsThePageAndTheName(string header, string before)
    {
        string token = _authority.Token(Now, "\"azp\":\"shop\",\"preferred_username\":\"Anna <b>\"");

        Page page = await _host.GetAsync("/ui/jobs", (header, before + token));
        Page api = await _host.GetAsync("/me", ("Authorization", $"Bearer {token}"));

        Assert.Equal((200, 200), (page.Status, api.Status));
        Assert.Contains(
            "title=\"may: Read, ReadPayload; owner shop; until 2030-01-01 00:10:00.000 UTC\">Anna &lt;b&gt;</span>", page.Text,
            StringComparison.Ordinal);
        Assert.DoesNotContain(token, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Sign out", page.Text, StringComparison.Ordinal);
    }

    /// <summary>Where a proxy has signs in by a password of its own, <c>Authorization</c> is something else.</summary>
    [Fact]
    public async Task Token_InItsHeader_CountsBeforeAuthorization()
    {
        Page page = await _host.GetAsync(
            "/ui/jobs", (Header, _authority.Token(Now, "\"azp\":\"shop\"")), ("Authorization", "Bearer something-else-0123456789"));

        Assert.Equal(200, page.Status);
        Assert.Contains(">anna</span>", page.Text, StringComparison.Ordinal);
    }

    /// <summary>A key would not help: so no form asks for one.</summary>
    [Theory]
    [InlineData("expired", "The token ran out at 2029-12-31 23:00:00Z.")]
    [InlineData("none", "It is no known key, and no signed JWT either.")]
    [InlineData("two words", "It is no known key, and no signed JWT either.")]
    public async Task Token_ThatIsRefused_IsSaidOnThePage(string kind, string why)
    {
        string token = kind == "expired" ? _authority.Token(Now, $"\"exp\":{Now.AddHours(-1).ToUnixTimeSeconds()},\"nbf\":1") : kind;

        Page page = await _host.GetAsync("/ui/jobs?q=status%3Afailed", (Header, token));
        Page form = await _host.GetAsync(page["Location"]!, (Header, token));

        Assert.Equal((303, 200), (page.Status, form.Status));
        Assert.Contains(why, form.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"ui/jobs?q=status%3Afailed\"", form.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"key\"", form.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ThatPermitsNothing_IsToldWhatItLacks()
    {
        Page page = await _host.GetAsync("/ui/jobs", (Header, _authority.Token(Now, "\"roles\":null")));

        Assert.Equal(200, page.Status);
        Assert.Contains("The token permits nothing: none of its claims roles scp scope says Read", page.Text, StringComparison.Ordinal);
        Assert.Contains(">anna</span>", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAToken_ThePageLeadsToSigningIn() => Assert.Equal(303, (await _host.GetAsync("/ui/jobs")).Status);
}
