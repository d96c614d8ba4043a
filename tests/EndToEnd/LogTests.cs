using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TestSupport;

namespace EndToEnd;

/// <summary>
/// What the real processes write: an event a line with its instant and its scopes, as text or as JSON, whatever strangers send.
/// </summary>
public sealed partial class LogTests : IDisposable
{
    private const string Instant = "yyyy-MM-dd'T'HH':'mm':'ss'.'fff'Z'";
    private const string Key = "a-key-that-is-long-enough-0123456789";
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("JobOrchestrator")]
    [InlineData("MicroserviceX")]
    public async Task PlainLines_OfARequest_HaveInstantAndScopesAndAreNeverForged(string service)
    {
        await using ChildProcess process = Start(service, []);

        await SendHostileAsync(process);

        Assert.All(process.Lines, line => Assert.Matches(PlainLine(), line));
        Assert.All(process.Lines, line => Assert.DoesNotContain(line, char.IsControl));
        string started = Assert.Single(process.Lines, line => line.Contains("Request starting", StringComparison.Ordinal));
        Assert.Contains($"] {{TraceId={TraceId}, RequestPath=/a%0D%0A2030-", started, StringComparison.Ordinal);
        Assert.Contains(
            "} Request starting HTTP/1.1 GET http://localhost/a  2030-01-31T10:05:09.070Z fail: Forged[1]  [2J forged\"}",
            started,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JobOrchestrator")]
    [InlineData("MicroserviceX")]
    public async Task JsonLines_OfARequest_AreAnObjectEachWithInstantAndScopes(string service)
    {
        await using ChildProcess process = Start(service, new() { ["Logging__Console__FormatterName"] = "json" });

        await SendHostileAsync(process);

        JsonElement[] lines = [.. process.Lines.Select(ObjectOf)];
        Assert.All(lines, RequireInstant);
        JsonElement started = Assert.Single(lines, line => MessageOf(line).StartsWith("Request starting", StringComparison.Ordinal));
        Assert.Equal(TraceId, ScopeOf(started, "TraceId"));
        Assert.StartsWith("/a%0D%0A2030-", ScopeOf(started, "RequestPath"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("json")]
    public async Task LinesOfTheSidecar_WithAHostileName_AreOneEach(string form)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Logging__Console__FormatterName"] = form,
            ["Logging__LogLevel__LocalSidecar.Apps"] = "None",
        };
        const string Hostile = "a\r\n2030-01-31T10:05:09.070Z fail: Forged[1]\u001b[2J";
        await using ChildProcess process = Start("LocalSidecar", settings, "--app-id", Hostile);

        await process.WaitForLineAsync(line => line.Contains("Serving;", StringComparison.Ordinal));

        if (form == "plain")
        {
            Assert.All(process.Lines, line => Assert.Matches(PlainLine(), line));
            Assert.Contains("a  2030-01-31T10:05:09.070Z fail: Forged[1] [2J: sidecar on", process.Output, StringComparison.Ordinal);
            Assert.All(process.Lines, line => Assert.DoesNotContain(line, char.IsControl));
        }
        else
        {
            Assert.All(process.Lines, line => RequireInstant(ObjectOf(line)));
        }

        Assert.Equal(2, process.Lines.Count);
    }

    [Fact]
    public async Task LinesOfARequest_WithAKey_SayWhoCalls()
    {
        await using ChildProcess process = Start("JobOrchestrator", new()
        {
            ["Api__Keys__0__Name"] = "anna, who operates",
            ["Api__Keys__0__Key"] = Key,
            ["Api__Keys__0__Queues__0"] = "*",
            ["Api__Keys__0__Permissions"] = "Read",
        });
        await process.WaitForLineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        http.DefaultRequestHeaders.Add("X-Api-Key", Key);

        (await http.GetAsync("/me")).EnsureSuccessStatusCode();

        string line = await process.WaitForLineAsync(line => line.Contains("Executed endpoint", StringComparison.Ordinal));
        Assert.Contains("RequestPath=/me, Caller=\"anna, who operates\"}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sidecar_ToldByAFlag_HeedsItBeforeTheEnvironment()
    {
        Dictionary<string, string?> settings = new()
        {
            ["Logging__LogLevel__Default"] = "Critical",
            ["Logging__Console__FormatterName"] = "plain",
        };
        await using ChildProcess process = Start("LocalSidecar", settings, "--app-id", "a", "--log-level", "info", "--log-as-json");

        string line = await process.WaitForLineAsync(line => line.Contains("Serving", StringComparison.Ordinal));

        Assert.Equal("Information", ObjectOf(line).GetProperty("LogLevel").GetString());
    }

    /// <summary>The whole suite as JSON: one job's lines are found by its id, and those of the service by the caller's trace.</summary>
    [UnixFact]
    public async Task JsonLines_OfAWholeRun_AreFoundByJobShardAndTrace()
    {
        await using Suite suite = await Suite.StartAsync(_ => new Dictionary<string, string?>
        {
            ["Logging__Console__FormatterName"] = "json",
            ["Logging__LogLevel__JobOrchestrator"] = "Debug",
        });
        using var submission = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = JsonContent.Create(
                new { type = "text-stats", queue = "microservice-x", owner = "microservice-x", input = new { text = "a b" } }),
        };
        submission.Headers.Add("Prefer", "wait=20");
        submission.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");
        using HttpResponseMessage answer = await suite.Jobs.SendAsync(submission);
        string id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        string ended = $"Job {id} #";

        JsonElement[] jobs = await LinesAsync(
            suite, "JobOrchestrator", lines => lines.Any(line => MessageOf(line).StartsWith(ended, StringComparison.Ordinal)
                && MessageOf(line).Contains("Completed", StringComparison.Ordinal)));
        JsonElement[] x = await LinesAsync(suite, "MicroserviceX", lines => lines.Any(line => ScopeOf(line, "JobId") == id));
        JsonElement[] sidecar = await LinesAsync(suite, "LocalSidecar", lines => lines.Length > 0);

        Assert.All([.. jobs, .. x, .. sidecar], RequireInstant);
        JsonElement[] ofJob = [.. jobs.Where(line => MessageOf(line).StartsWith(ended, StringComparison.Ordinal))];
        Assert.All(ofJob, line => Assert.Equal((TraceId, "0"), (ScopeOf(line, "TraceId"), ScopeOf(line, "Shard"))));
        JsonElement attempt = x.First(line => ScopeOf(line, "JobId") == id);
        Assert.Equal(("text-stats", "1"), (ScopeOf(attempt, "JobType"), ScopeOf(attempt, "Attempt")));
    }

    private ChildProcess Start(string service, Dictionary<string, string?> settings, params string[] flags)
    {
        settings.TryAdd("DATA_DIR", _folder["data"]);
        settings.TryAdd("Logging__LogLevel__Microsoft.AspNetCore", "Information");
        settings.TryAdd("ASPNETCORE_URLS", $"http://127.0.0.1:{_port}");
        string port = _port.ToString(CultureInfo.InvariantCulture);
        string[] own = service == "LocalSidecar" ? ["--dapr-http-port", port, "--dapr-grpc-port", "0"] : [];
        return ChildProcess.Start(
            "dotnet",
            [$"bin/{Repository.Configuration}/net10.0/{service}.dll", .. own, .. flags],
            settings,
            Path.Combine(Repository.Root, service));
    }

    /// <summary>
    /// Asks for a path that holds ends of lines, an escape and a line of its own, and waits for the line that ends the request.
    /// </summary>
    private async Task SendHostileAsync(ChildProcess process)
    {
        await process.WaitForLineAsync(line =>
            line.Contains("Application started", StringComparison.Ordinal) || line.Contains("Serving;", StringComparison.Ordinal));
        using var client = new TcpClient("127.0.0.1", _port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "GET /a%0D%0A2030-01-31T10:05:09.070Z%20fail:%20Forged%5B1%5D%20%1B%5B2J%E2%80%A8forged%22%7D HTTP/1.1\r\nHost: localhost\r\n"
            + $"traceparent: 00-{TraceId}-00f067aa0ba902b7-01\r\nConnection: close\r\n\r\n"));
        await process.WaitForLineAsync(line =>
            line.Contains("Request finished", StringComparison.Ordinal) && line.Contains("RequestPath", StringComparison.Ordinal));
    }

    private static async Task<JsonElement[]> LinesAsync(Suite suite, string service, Func<JsonElement[], bool> accept) =>
        await Eventually.ValueAsync(
            async () =>
            {
                string file = Path.Combine(suite.DataFolder, "logs", $"{service}.log");
                await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(open);
                string text = await reader.ReadToEndAsync();

                // The last line may be half written.
                text = text[..(text.LastIndexOf('\n') + 1)];
                return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ObjectOf).ToArray();
            },
            accept,
            $"{service} has told of it",
            TimeSpan.FromSeconds(30));

    private static JsonElement ObjectOf(string line)
    {
        JsonElement parsed = JsonSerializer.Deserialize<JsonElement>(line);
        Assert.Equal(JsonValueKind.Object, parsed.ValueKind);
        return parsed;
    }

    private static string MessageOf(JsonElement line) => line.GetProperty("Message").GetString()!;

    private static string? ScopeOf(JsonElement line, string name) => line.TryGetProperty("Scopes", out JsonElement scopes)
        ? scopes.EnumerateArray().Where(scope => scope.ValueKind == JsonValueKind.Object && scope.TryGetProperty(name, out _))
            .Select(scope => scope.GetProperty(name).ToString()).LastOrDefault()
        : null;

    private static void RequireInstant(JsonElement line)
    {
        string? written = line.GetProperty("Timestamp").GetString();
        Assert.True(
            DateTime.TryParseExact(
                written,
                Instant,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal,
                out DateTime at),
            written);
        Assert.InRange(at, DateTime.UtcNow.AddHours(-1), DateTime.UtcNow.AddMinutes(1));
    }

    [GeneratedRegex(
        @"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warn|fail): (Microsoft|JobOrchestrator|MicroserviceX|LocalSidecar)[\w.]*"
            + @"\[\d+\] ")]
    private static partial Regex PlainLine();
}
