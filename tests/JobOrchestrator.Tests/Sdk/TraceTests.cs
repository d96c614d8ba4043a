using System.Collections.Concurrent;
using System.Diagnostics;
using JobOrchestrator.Sdk;
using TestSupport;

namespace JobOrchestrator.Tests.Sdk;

/// <summary>
/// What a tracing backend sees of one job: who asked for it, the service, a worker that fails, the attempt after it, and the owner.
/// </summary>
[Collection(nameof(TraceTests))]
public sealed class TraceTests
{
    private static readonly ActivitySource CallersOwn = new("TraceTests");
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [JobType("wobble", Queue = "traced")]
    public sealed record Wobble : IJob<string>;

    public sealed class WobbleProcessor : JobProcessor<Wobble, string>
    {
        public override Task<string> RunAsync(Wobble input, JobContext context) =>
            context.Attempt == 1 ? throw new InvalidOperationException("once") : Task.FromResult("done");
    }

    public sealed class OwnersHandler : IJobEventHandler
    {
        public Task HandleAsync(JobEvent jobEvent, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [Fact]
    public async Task OneJob_FromCallerToOwner_IsOneTraceAndOneForTheRetryThatIsLinked()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "TraceTests" or "System.Net.Http" or "JobOrchestrator" or "JobOrchestrator.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using SdkHost host = await SdkHost.StartAsync();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        host.Connect(builder.Services);
        builder.Services.AddJobWorker(worker => worker.Add<WobbleProcessor>());
        using var folder = new TemporaryFolder();
        builder.Services.AddJobEvents("shop", events => events.Add<OwnersHandler>().Configure(options =>
        {
            options.Folder = folder["events"];
            options.FeedOnly = true;
            options.CatchUpInterval = TimeSpan.FromMilliseconds(200);
        }));
        using IHost worker = builder.Build();
        await worker.StartAsync();

        Job job;
        ActivityContext caller;
        using (Activity ordering = CallersOwn.StartActivity("place order")!)
        {
            ordering.TraceStateString = "vendor=1";
            caller = ordering.Context;
            var options = new JobOptions { Owner = "shop", Backoff = new JobBackoff(JobBackoffKind.Fixed, 0) };
            job = await host.Client.EnqueueAsync(new Wobble(), options);
        }

        await host.Client.WaitAsync(job.Id).WaitAsync(Deadline);
        await Eventually.TrueAsync(
            () => Of(ended, job).Any(span => span.OperationName == "process job.completed"), "the owner has heard of the end");
        await worker.StopAsync();

        Activity sent = Assert.Single(ended, span => span.OperationName == "send traced" && span.TraceId == caller.TraceId);
        Assert.Contains(caller.SpanId, AncestorsOf(sent, ended));
        Assert.Equal((ActivityKind.Producer, "vendor=1"), (sent.Kind, sent.TraceStateString));
        Activity[] attempts = [.. Of(ended, job).Where(span => span.OperationName == "process traced")];
        Assert.Equal(2, attempts.Length);
        Assert.Equal((caller.TraceId, sent.SpanId), (attempts[0].TraceId, attempts[0].ParentSpanId));
        Assert.Equal(("vendor=1", ActivityStatusCode.Error), (attempts[0].TraceStateString, attempts[0].Status));
        Assert.NotEqual(caller.TraceId, attempts[1].TraceId);
        Assert.Equal(default, attempts[1].ParentSpanId);
        Assert.Equal((caller.TraceId, sent.SpanId), Linked(attempts[1]));
        Activity heard = Assert.Single(Of(ended, job), span => span.OperationName == "process job.completed");
        Assert.Equal((caller.TraceId, sent.SpanId), (heard.TraceId, heard.ParentSpanId));
    }

    /// <summary>The client's own spans lie between the caller's and ours.</summary>
    private static IEnumerable<ActivitySpanId> AncestorsOf(Activity span, IReadOnlyCollection<Activity> ended)
    {
        for (Activity? at = span; at is not null; at = ended.FirstOrDefault(one => one.SpanId == at.ParentSpanId))
        {
            yield return at.ParentSpanId;
        }
    }

    private static IEnumerable<Activity> Of(IEnumerable<Activity> spans, Job job) =>
        spans.Where(span => (string?)span.GetTagItem("joborchestrator.job.id") == job.Id).OrderBy(span => span.StartTimeUtc);

    private static (ActivityTraceId Trace, ActivitySpanId Span) Linked(Activity span)
    {
        ActivityLink link = Assert.Single(span.Links);
        return (link.Context.TraceId, link.Context.SpanId);
    }
}

/// <summary>Whoever listens to activities does so for the whole process: no other test runs meanwhile.</summary>
[CollectionDefinition(nameof(TraceTests), DisableParallelization = true)]
public sealed class TraceTestsCollection;
