using System.Net;
using System.Net.Sockets;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Worker;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Client;

/// <summary>What proxies and strangers at the orchestrator's address answer.</summary>
public sealed class OddAnswersTests
{
    [Theory]
    [InlineData(200, "text/html", "<html>Sign in</html>", "text/html")]
    [InlineData(200, "application/json", "", "an empty body")]
    [InlineData(200, "application/json", "null", "null")]
    [InlineData(302, "text/html", "", "302")]
    public async Task Answer_OfSomethingElse_IsAnExceptionThatSaysSo(int status, string type, string body, string said)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient jobs = orchestrator.Client();
        orchestrator.Faults.AnswerNext((HttpStatusCode)status, body: body, type: type);

        JobOrchestratorException odd = await Assert.ThrowsAsync<JobOrchestratorException>(
            () => jobs.EnqueueAsync(new Step(), new JobOptions { Type = "step" }));

        Assert.Contains(said, odd.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-charset", false)]
    [InlineData("utf-16", false)]
    [InlineData("utf-8", true)]
    public async Task Answer_WithAnOddCharsetOrAMark_IsReadAsUtf8(string charset, bool hasMark)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient jobs = orchestrator.Client();
        orchestrator.Faults.AnswerNext(
            HttpStatusCode.OK, body: (hasMark ? "\uFEFF" : "") + """{"id":"ä","status":"New"}""", charset: charset);

        Assert.Equal("ä", (await jobs.GetAsync("ä"))!.Id);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>Sign in</html>")]
    [InlineData(200, "application/json", "")]
    [InlineData(200, "application/json", "[null]")]
    [InlineData(200, "application/json", "{}")]
    [InlineData(302, "text/html", "")]
    [InlineData(401, "application/problem+json", """{"title":"Unauthorized.","detail":"Send a key."}""")]
    public async Task Lease_OddAnswer_CostsNothingButTheTry(int status, string type, string body)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Faults.AnswerNext((HttpStatusCode)status, body: body, type: type);
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        Job done = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", """{"name":"one"}""", "steps"));

        Assert.Equal("one", done.ReadResult<string>());
        Assert.Equal(status == 401 ? 1 : 0, worker.Log.Warnings("Unauthorized. Send a key."));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"outcomes":[null]}""")]
    [InlineData("""{"outcomes":[]}""")]
    [InlineData("<html>")]
    public async Task Report_OddAnswer_IsSentAgain(string body)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script
        {
            Run = (_, _) =>
            {
                orchestrator.Faults.AnswerNext(HttpStatusCode.OK, body: body, path: "/jobs/report");
                return Task.FromResult<string?>("done");
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Assert.Equal("done", (await orchestrator.EndAsync(orchestrator.Jobs.Add("step", queue: "steps"))).ReadResult<string>());
        Assert.Equal(2, orchestrator.Faults.Count("POST /jobs/report"));
    }

    /// <summary>R27: "connection refused", and nobody thought of the proxy.</summary>
    [Fact]
    public async Task Caller_ProxyThatIsAway_IsNamedWithTheAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        IServiceCollection services = new ServiceCollection().AddLogging().AddJobClient(options =>
            (options.Address, options.RetryFor) = (new Uri("http://jobs.example:5087"), TimeSpan.Zero));
        services.AddHttpClient(JobClient.HttpClientName).ConfigurePrimaryHttpMessageHandler(
            () => new SocketsHttpHandler { Proxy = new WebProxy($"http://ada:secret@127.0.0.1:{port}") });
        await using ServiceProvider provider = services.BuildServiceProvider();

        JobOrchestratorUnavailableException away = await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(
            () => provider.GetRequiredService<JobClient>().GetAsync("a"));

        Assert.Contains("The orchestrator at http://jobs.example:5087/ is not available", away.Message, StringComparison.Ordinal);
        Assert.Contains($"(by way of the proxy http://127.0.0.1:{port})", away.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", away.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1000000000", 60)]
    [InlineData("99999999999999999999", 0)]
    [InlineData("-5", 0)]
    [InlineData("soon", 0)]
    [InlineData("Fri, 01 Jan 1999 00:00:00 GMT", 0)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 60)]
    [InlineData("", 0)]
    public void RetryAfter_Absurd_IsBoundedBySense(string said, int seconds)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.TryAddWithoutValidation("Retry-After", said);

        TimeSpan? asked = RetryPolicy.RetryAfter(response.Headers.RetryAfter, DateTimeOffset.UtcNow);

        Assert.Equal(seconds == 0 ? null : TimeSpan.FromSeconds(seconds), asked);
    }

    [Fact]
    public async Task Caller_OrchestratorAwayForSeconds_SaysSoOnceAndThenThatItIsBack()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var clock = new ManualClock();
        var log = new LogLines();
        IServiceCollection services = orchestrator.Services(options => options.RetryPause = TimeSpan.FromSeconds(1));
        services.AddLogging(logging => logging.AddProvider(log)).AddSingleton<TimeProvider>(clock);
        JobClient jobs = services.BuildServiceProvider().GetRequiredService<JobClient>();
        orchestrator.Faults.IsDown = true;

        Task<Job?> call = jobs.GetAsync("a");
        await MoveUntilAsync(clock, () => log.Warnings("has not answered for") == 1);
        orchestrator.Faults.IsDown = false;
        await MoveUntilAsync(clock, () => call.IsCompleted);

        Assert.Null(await call);
        Assert.Equal(1, log.Warnings("Connection refused"));
        Assert.Contains(log.At(LogLevel.Information), line => line.Contains("answers again", StringComparison.Ordinal));
    }

    private static Task MoveUntilAsync(ManualClock clock, Func<bool> condition) => Eventually.TrueAsync(
        () =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return condition();
        },
        "what the clock was moved for");
}
