using System.Text.RegularExpressions;
using JobOrchestrator.Dashboard.Finding;
using JobOrchestrator.Dashboard.Serving;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>What holds for all pages alike, on a service with jobs of every kind and with the worst of names.</summary>
public sealed partial class EveryPageTests : IAsyncLifetime
{
    private const string Hostile = """<script>alert(1)</script>"><img src=x onerror=alert(2)>' onmouseover='x""";

    private PageHost _host = null!;
    private string _failed = "";
    private string _waiting = "";

    public static TheoryData<string> Paths =>
    [
        "/ui", "/ui/jobs", "/ui/jobs?q=status:failed%20queue:q", "/ui/jobs?q={hostile}", "/ui/jobs?q=statsu:{hostile}",
        "/ui/jobs?sort=created&limit=25&cols=labels,worker,priority,finished", "/ui/jobs/{failed}",
        "/ui/jobs/{waiting}", "/ui/jobs/{failed}/purge",
        "/ui/jobs/{waiting}/cancel", "/ui/jobs/{waiting}/move", "/ui/jobs/{waiting}/label", "/ui/actions", "/ui?window={hostile}",
        "/ui?from={hostile}&to={hostile}",
        "/ui/queues", "/ui/queues/{hostile}", "/ui/queues/{hostile}/pause", "/ui/queues/{hostile}/events",
        "/ui/bulk/retry?q={inQueue}", "/ui/bulk/purge?q={inQueue}", "/ui/new", "/ui/new?like={failed}", "/ui/new?type={hostile}",
        "/ui/settings", "/ui/help", "/ui/errors", "/ui/errors?window=15m", "/ui/workers", "/ui/replicas", "/ui/owners",
    ];

    public static TheoryData<string> Missing =>
        ["/ui/nowhere", "/ui/jobs/{hostile}", "/ui/jobs/00000000-0000-7000-8000-000000000000", "/ui/{hostile}"];

    public async Task InitializeAsync()
    {
        _host = await PageHost.StartAsync(("Ui:Name", "TEST"));
        string text = System.Text.Json.JsonSerializer.Serialize(Hostile);
        _failed = await _host.SubmitAsync(
            $$"""
            {
              "type":{{text}},"queue":{{text}},"owner":{{text}},"externalId":{{text}},"maxRetries":0,
              "labels":{"tenant":{{text}}},
              "input":{ {{text}}:{{text}},"password":"hunter2"}
            }
            """);
        await _host.WorkAsync("fail", $$""","error":{"title":{{text}},"detail":{{text}}}""", Uri.EscapeDataString(Hostile), Hostile);
        _waiting = await _host.SubmitAsync($$"""{"type":{{text}},"queue":{{text}},"uniqueKey":{{text}}}""");
        await _host.CallAsync($"/queues/{Uri.EscapeDataString(Hostile)}/pause", $$"""{"reason":{{text}}}""");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Pages_OfEveryKind_AreThereAndKeepThePolicy(string path)
    {
        Page page = await _host.GetAsync(Filled(path));

        Assert.Equal(200, page.Status);
        ShouldBeSafe(page);
    }

    [Theory]
    [MemberData(nameof(Missing))]
    public async Task Pages_ThatAreNot_SaySoAndKeepThePolicy(string path)
    {
        Page page = await _host.GetAsync(Filled(path));

        Assert.Equal(404, page.Status);
        ShouldBeSafe(page);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Values_HiddenByName_AreInNoByteOfAPage(string path) =>
        Assert.DoesNotContain("hunter2", (await _host.GetAsync(Filled(path))).Text, StringComparison.Ordinal);

    private static void ShouldBeSafe(Page page)
    {
        Assert.Equal(UiHeaders.Policy, page["Content-Security-Policy"]);
        Assert.Equal("text/html; charset=utf-8", page["Content-Type"]);
        Assert.Equal("no-store", page["Cache-Control"]);
        Assert.Equal("nosniff", page["X-Content-Type-Options"]);
        Assert.Equal("DENY", page["X-Frame-Options"]);
        Assert.Equal("same-origin", page["Referrer-Policy"]);
        Assert.Single(Heading().Matches(page.Text));
        Assert.DoesNotMatch(Inline(), page.Text);
        Assert.DoesNotContain("<script>alert", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.All(
            Address().Matches(page.Text).Select(match => match.Groups["address"].Value),
            address => Assert.Matches("^(ui|swagger|health/ready|problems|#)", address));
    }

    private string Filled(string path) => path
        .Replace("{failed}", _failed, StringComparison.Ordinal)
        .Replace("{waiting}", _waiting, StringComparison.Ordinal)
        .Replace("{inQueue}", Uri.EscapeDataString(Terms.InQueue(Hostile, Terms.Failed)), StringComparison.Ordinal)
        .Replace("{hostile}", Uri.EscapeDataString(Hostile), StringComparison.Ordinal);

    [GeneratedRegex("<h1")]
    private static partial Regex Heading();

    /// <summary>Within a tag: an event's attribute or a style. A script with something inside.</summary>
    [GeneratedRegex("""<[a-z][a-z0-9-]*(\s+[a-z-]+(="[^"]*")?)*\s+(on[a-z]+|style)=|<script[^>]*>[^<]|<style""", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("""<(?!base)[^>]*?\s(href|src|action)="(?<address>[^"]*)["]""")]
    private static partial Regex Address();
}
