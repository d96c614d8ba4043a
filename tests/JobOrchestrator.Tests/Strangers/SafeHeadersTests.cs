using System.Text.Json;
using System.Text.RegularExpressions;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>Security review L7: no answer told browsers to take it for nothing but what it is, and all named the server.</summary>
public sealed class SafeHeadersTests
{
    [Theory]
    [InlineData("/jobs")]
    [InlineData("/problems")]
    [InlineData("/swagger/index.html")]
    [InlineData("/nothing/here")]
    [InlineData("/jobs?limit=0")]
    [InlineData("/v2/queues/q/jobs/a/run-id/<script>")]
    public async Task Answer_OfEveryKind_IsWhatItSaysAndInNobodysFrame(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        Answer answer = await host.GetAsync(path);

        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        Assert.Contains("frame-ancestors 'none'", answer["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Null(answer["Server"]);
    }

    /// <summary>The page goes on: all that it runs comes from here.</summary>
    [Fact]
    public async Task ApisPage_RunsNothingThatThePolicyForbids()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer page = await host.GetAsync("/swagger/index.html");

        Assert.Contains("script-src 'self'", page["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.All(Regex.Matches(page.Text, "<script[^>]*>"), script => Assert.Contains("src=", script.Value, StringComparison.Ordinal));
        Assert.DoesNotContain("://", string.Join(' ', Regex.Matches(page.Text, "(src|href)=\"[^\"]*\"").Select(match => match.Value)));
    }

    [Fact]
    public async Task ApisDocument_WithKeys_SaysHowOneIsShown()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new()
        {
            ["Api:Keys:0:Name"] = "n",
            ["Api:Keys:0:Key"] = "0123456789abcdef",
            ["Api:Keys:0:Admin"] = "true",
        });

        JsonElement document = (await host.GetAsync("/swagger/v1/swagger.json")).Json;

        JsonElement scheme = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key");
        Assert.Equal("bearer", scheme.GetProperty("scheme").GetString());
        Assert.True(document.GetProperty("security")[0].TryGetProperty("key", out _));
    }
}
