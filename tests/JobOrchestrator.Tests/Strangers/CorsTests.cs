using System.Net;
using System.Text.RegularExpressions;
using JobOrchestrator.Tests.Features;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>Public report 20: a page on another origin. Off unless the settings name it; then it may all, and read our headers.</summary>
public sealed class CorsTests
{
    private const string Page = "https://shop.example.com";

    private static readonly (string, string)[] FromPage = [("Origin", Page), ("Sec-Fetch-Site", "cross-site")];

    [Theory]
    [InlineData("POST", "/jobs", "idempotency-key,content-type,prefer,x-api-key,traceparent")]
    [InlineData("PATCH", "/jobs/01990f3c-8a4e-7c21-9f53-2b6d0e8a4c17", "if-match,authorization")]
    [InlineData("DELETE", "/jobs/01990f3c-8a4e-7c21-9f53-2b6d0e8a4c17", "authorization")]
    [InlineData("GET", "/jobs/01990f3c-8a4e-7c21-9f53-2b6d0e8a4c17", "if-none-match,prefer,authorization")]
    [InlineData("GET", "/events", "last-event-id,authorization")]
    [InlineData("POST", "/queues/q/lease", "content-type,content-encoding")]
    public async Task Preflight_OfANamedOrigin_LetsAllThroughAndNeedsNoKey(string method, string path, string headers)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: WithKey(("Api:Origins:0", Page)));

        Answer answer = await host.SendAsync(
            HttpMethod.Options,
            path,
            null,
            [.. FromPage, ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers)]);

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Equal(Page, answer["Access-Control-Allow-Origin"]);
        Assert.Contains(method, answer["Access-Control-Allow-Methods"], StringComparison.OrdinalIgnoreCase);
        Assert.All(
            headers.Split(','),
            header => Assert.Contains(header, answer["Access-Control-Allow-Headers"], StringComparison.OrdinalIgnoreCase));
        Assert.Null(answer["Access-Control-Allow-Credentials"]);
    }

    [Fact]
    public async Task Preflight_OfAnotherOrigin_AllowsNothing()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: new() { ["Api:Origins:0"] = Page });

        Answer answer = await host.SendAsync(
            HttpMethod.Options, "/jobs", null, ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"));

        Assert.Null(answer["Access-Control-Allow-Origin"]);
        Assert.Null(answer["Access-Control-Allow-Methods"]);
    }

    /// <summary>A page could not tell a job that is unknown from a service that is away.</summary>
    [Theory]
    [InlineData("/jobs/nonsense", HttpStatusCode.NotFound)]
    [InlineData("/nowhere/at/all", HttpStatusCode.NotFound)]
    [InlineData("/jobs?limit=many", HttpStatusCode.BadRequest)]
    public async Task Refusal_ToANamedOrigin_CanBeRead(string path, HttpStatusCode status)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: new() { ["Api:Origins:0"] = Page });

        Answer answer = await host.GetAsync(path, FromPage);

        Assert.Equal(status, answer.Status);
        Assert.Equal(Page, answer["Access-Control-Allow-Origin"]);
    }

    [Fact]
    public async Task Refusal_WithoutAKey_CanBeReadByANamedOrigin()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: WithKey(("Api:Origins:0", Page)));

        Answer answer = await host.GetAsync("/jobs", FromPage);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal(Page, answer["Access-Control-Allow-Origin"]);
        Assert.Contains("WWW-Authenticate", answer["Access-Control-Expose-Headers"], StringComparison.Ordinal);
    }

    /// <summary>Every header that our code sends, but for those that pages read anyhow and those for machines on the way.</summary>
    [Fact]
    public async Task Headers_ThatAnswersCarry_AreExposed()
    {
        string[] readAnyhow = ["CacheControl", "ContentType", "ContentLength", "Connection", "Vary"];
        string[] notForPages = ["X-Accel-Buffering", "XContentTypeOptions", "XFrameOptions", "ContentSecurityPolicy", "ContentEncoding"];
        string source = string.Concat(Directory
            .EnumerateFiles(Path.Combine(Repository(), "JobOrchestrator"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText));
        HashSet<string> sent =
        [
            .. Regex.Matches(source, @"[rR]esponse\.Headers(?:\.(\w+)|\[""([\w-]+)""\]) \??\??=[^=]")
                .Select(match => match.Groups[1].Value + match.Groups[2].Value),
        ];
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: new() { ["Api:Origins:0"] = Page });

        string exposed = (await host.GetAsync("/jobs", FromPage))["Access-Control-Expose-Headers"]!.Replace(
            "-", "", StringComparison.Ordinal);

        Assert.Contains("ETag", sent);
        Assert.Contains("Idempotency-Replayed", sent);
        Assert.All(
            sent.Except(readAnyhow).Except(notForPages),
            name => Assert.Contains(name.Replace("-", "", StringComparison.Ordinal), exposed, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>As people write them; browsers say them in one way.</summary>
    [Theory]
    [InlineData("Api:Origins:0", "https://shop.example.com/")]
    [InlineData("Api:Origins:0", "HTTPS://Shop.Example.com:443")]
    [InlineData("Api:Origins", "https://other.example.com; https://shop.example.com")]
    [InlineData("Api:Origins", "https://shop.example.com,https://other.example.com")]
    [InlineData("Api:Origins", "*")]
    public async Task Origin_HoweverItIsWritten_MayChangeSomething(string setting, string value)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: new() { [setting] = value });

        Answer named = await host.PostAsync("/jobs", "{}", FromPage);
        Answer other = await host.PostAsync("/jobs", "{}", ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal(HttpStatusCode.Accepted, named.Status);
        Assert.Equal(value == "*" ? "*" : Page, named["Access-Control-Allow-Origin"]);
        Assert.Equal(value == "*" ? HttpStatusCode.Accepted : HttpStatusCode.Forbidden, other.Status);
    }

    [Theory]
    [InlineData("shop.example.com")]
    [InlineData("localhost:3000")]
    [InlineData("https://shop.example.com/app")]
    [InlineData("https://*.example.com")]
    [InlineData("https:/shop.example.com")]
    [InlineData("https://shop.example.com:99999")]
    [InlineData("null")]
    public async Task Origin_ThatIsNone_StopsTheStartAndIsNamed(string value)
    {
        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ApiHost.StartAsync(settings: new() { ["Api:Origins:0"] = value }));

        Assert.Contains($"Api:Origins: '{value}' is no origin.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllOrigins_WithKeys_StopTheStart()
    {
        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ApiHost.StartAsync(settings: WithKey(("Api:Origins:0", "*"))));

        Assert.Contains("Api:Origins: '*' and Api:Keys exclude each other.", failure.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> WithKey((string Name, string Value) further) => new()
    {
        ["Api:Keys:0:Name"] = "n",
        ["Api:Keys:0:Key"] = "0123456789abcdef",
        ["Api:Keys:0:Admin"] = "true",
        [further.Name] = further.Value,
    };

    private static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder!, "JobOrchestrator.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder!;
    }
}
