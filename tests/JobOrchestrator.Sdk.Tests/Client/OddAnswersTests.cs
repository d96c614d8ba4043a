using System.Net;
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

        Assert.Equal("ä", (await jobs.GetAsync("a"))!.Id);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>Sign in</html>")]
    [InlineData(200, "application/json", "")]
    [InlineData(200, "application/json", "[null]")]
    [InlineData(200, "application/json", "{}")]
    [InlineData(302, "text/html", "")]
    [InlineData(401, "application/problem+json", """{"title":"Who is calling?","detail":"Send a key."}""")]
    public async Task Lease_OddAnswer_CostsNothingButTheTry(int status, string type, string body)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Faults.AnswerNext((HttpStatusCode)status, body: body, type: type);
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        Job done = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", """{"name":"one"}""", "steps"));

        Assert.Equal("one", done.ReadResult<string>());
        Assert.Equal(status == 401 ? 1 : 0, worker.Log.Warnings("Who is calling? Send a key."));
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
