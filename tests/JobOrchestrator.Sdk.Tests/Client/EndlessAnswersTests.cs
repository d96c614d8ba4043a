using System.Net;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Worker;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Client;

/// <summary>Answers that are larger than any, or never come to their end.</summary>
public sealed class EndlessAnswersTests
{
    /// <summary>There was no bound: whatever came was read into memory.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_WithoutEnd_IsReadToABoundAndNotKept(bool byFactory)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var body = new Flood();
        using var way = new Answering(() => body);
        using var invoker = new HttpMessageInvoker(way);
        IServiceCollection services = orchestrator.Services(options => options.RetryFor = TimeSpan.Zero);
        services.AddHttpClient(JobClient.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => way);
        await using ServiceProvider provider = services.BuildServiceProvider();
        var alone = new JobApi(
            () => invoker,
            new JobClientOptions { RetryFor = TimeSpan.Zero },
            null,
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<JobApi>.Instance);

        JobOrchestratorUnavailableException away = await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(
            () => byFactory
                ? provider.GetRequiredService<JobClient>().GetAsync("a")
                : alone.SendAsync(() => JobApi.Request(HttpMethod.Get, "jobs/a"), TimeSpan.Zero, CancellationToken.None));

        Assert.Contains("67108864", away.Message, StringComparison.Ordinal);
        Assert.InRange(body.Given, 1, JobApi.AnswerBytesMax + 1_000_000);
    }

    /// <summary>Each byte in time is no answer in time.</summary>
    [Fact]
    public async Task Answer_ThatTrickles_HasItsTimeAndNoMore()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var clock = new ManualClock();
        using var way = new Answering(() => new Trickle(clock));
        IServiceCollection services = orchestrator.Services(options =>
            (options.RetryFor, options.Timeout) = (TimeSpan.Zero, TimeSpan.FromSeconds(30)));
        services.AddSingleton<TimeProvider>(clock);
        services.AddHttpClient(JobClient.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => way);
        await using ServiceProvider provider = services.BuildServiceProvider();

        Task<Job?> call = provider.GetRequiredService<JobClient>().GetAsync("a");
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return call.IsCompleted;
            },
            "the try is over");

        JobOrchestratorUnavailableException away = await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(() => call);
        Assert.Contains("No answer within 30 s", away.Message, StringComparison.Ordinal);
    }

    /// <summary>A worker goes on asking, and what it holds is kept.</summary>
    [Theory]
    [InlineData("/queues/steps/lease")]
    [InlineData("/jobs/report")]
    public async Task Worker_AnswerWithoutEnd_CostsNothingButTheTry(string path)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Faults.AnswerNext(HttpStatusCode.OK, path: path, content: () => new StreamContent(new Flood()));
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>());

        Job done = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", """{"name":"one"}""", "steps"));

        Assert.Equal("one", done.ReadResult<string>());
    }

    private sealed class Answering(Func<Stream> body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StreamContent(body()) });
    }

    /// <summary>Comes as fast as it is read, and never ends.</summary>
    private sealed class Flood : Body
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)' ');
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }

    /// <summary>A byte a second.</summary>
    private sealed class Trickle(ManualClock clock) : Body
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
            buffer.Span[0] = (byte)' ';
            return 1;
        }
    }

    private abstract class Body : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
