using System.Net;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Worker;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Client;

/// <summary>What an app sets for every HTTP client, as service defaults do, is not for long polls.</summary>
public sealed class HttpClientDefaultsTests
{
    [Fact]
    public async Task ResilienceForEveryClient_IdleWorker_GoesOnAskingAndWorks()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder =>
        {
            ImpatientDefaults(builder.Services);
            builder.Add<StepProcessor>();
        });

        // Each takes a second; the defaults would have ended it after a tenth of that.
        await Eventually.TrueAsync(() => orchestrator.Faults.Count("POST /queues/steps/lease") >= 3, "polls that ran to their end");
        Job done = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", """{"name":"one"}""", "steps"));

        Assert.Equal("one", done.ReadResult<string>());
        Assert.Empty(worker.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task ResilienceForEveryClient_LongJob_IsWaitedFor()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        IServiceCollection services = orchestrator.Services();
        ImpatientDefaults(services);
        JobClient jobs = services.BuildServiceProvider().GetRequiredService<JobClient>();

        Task<string> result = jobs.RunAsync<Step, string>(new Step(), new JobOptions { Type = "step" });
        await Eventually.TrueAsync(() => orchestrator.Jobs.All().Count == 1, "the job");
        await Task.WhenAny(result, Task.Delay(TimeSpan.FromMilliseconds(500)));
        orchestrator.Jobs.Finish(orchestrator.Jobs.All()[0].Id, JobStatus.Completed, "\"done\"");

        Assert.Equal("done", await result);
        Assert.Equal(1, orchestrator.Faults.Count("POST /jobs"));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task HandlerForEveryClient_IsOnTheWayOnlyWhenAskedFor(bool isAskedFor, int requests)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        IServiceCollection services = orchestrator.Services(options => options.UseHttpClientDefaults = isAskedFor);
        var everyones = new Counting();
        var own = new Counting();
        services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => everyones));
        services.AddHttpClient(JobClient.HttpClientName).AddHttpMessageHandler(() => own);

        await services.BuildServiceProvider().GetRequiredService<JobClient>().GetAsync("a");

        Assert.Equal((requests, 1), (everyones.Requests, own.Requests));
    }

    [Fact]
    public async Task OwnHandlerThatThrows_LoopsGoOn()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var moody = new Moody { Throws = true };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder =>
        {
            builder.Services.AddHttpClient(JobClient.HttpClientName).AddHttpMessageHandler(() => moody);
            builder.Add<StepProcessor>();
        });
        Job job = orchestrator.Jobs.Add("step", """{"name":"one"}""", "steps");
        await Eventually.TrueAsync(() => worker.Log.Warnings("The circuit is open.") > 0, "a warning with the reason");

        moody.Throws = false;

        Assert.Equal("one", (await orchestrator.EndAsync(job)).ReadResult<string>());
    }

    [Fact]
    public async Task HandlerThatThrows_Caller_GetsTheReasonAndTheTries()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        IServiceCollection services = orchestrator.Services(options => options.RetryFor = TimeSpan.FromMilliseconds(50));
        services.AddHttpClient(JobClient.HttpClientName).AddHttpMessageHandler(() => new Moody { Throws = true });
        JobClient jobs = services.BuildServiceProvider().GetRequiredService<JobClient>();

        JobOrchestratorUnavailableException away =
            await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(() => jobs.GetAsync("a"));

        Assert.Contains("The circuit is open.", away.Message, StringComparison.Ordinal);
        Assert.Matches(@"\(\d+ (try|tries) in [\d.]+ s\)", away.Message);
    }

    [Theory]
    [InlineData("http://localhost:5087", true)]
    [InlineData("http://127.0.0.1:5087", true)]
    [InlineData("http://[::1]:5087", true)]
    [InlineData("http://jobs.example:5087", false)]
    public void Proxy_OfTheEnvironment_IsNotForThisMachine(string address, bool isDirect)
    {
        var proxy = new LoopbackDirect(new WebProxy("http://127.0.0.1:9"));

        Assert.Equal(isDirect, proxy.IsBypassed(new Uri(address)));
        Assert.Equal(isDirect ? null : new Uri("http://127.0.0.1:9"), proxy.GetProxy(new Uri(address)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Handler_ProxyOfItsOwn_UnlessTheDefaultsAreAskedFor(bool isAskedFor)
    {
        using SocketsHttpHandler handler = JobClient.NewHandler(new JobClientOptions { UseHttpClientDefaults = isAskedFor });

        Assert.Equal(!isAskedFor, handler.Proxy is LoopbackDirect);
    }

    /// <summary>What .NET's service defaults set, a hundred times faster.</summary>
    private static void ImpatientDefaults(IServiceCollection services) =>
        services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler(options =>
        {
            options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(100);
            options.TotalRequestTimeout.Timeout = TimeSpan.FromMilliseconds(300);
            options.CircuitBreaker.SamplingDuration = TimeSpan.FromMilliseconds(500);
        }));

    private sealed class Counting : DelegatingHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>As a circuit breaker or a limiter: what it throws is no HttpRequestException.</summary>
    private sealed class Moody : DelegatingHandler
    {
        public bool Throws { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Throws ? throw new InvalidOperationException("The circuit is open.") : base.SendAsync(request, cancellationToken);
    }
}
