using System.Net;
using System.Text;
using JobOrchestrator.Sdk.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>What becomes of a report while another one of its lease is under way.</summary>
public sealed class ReporterTests
{
    private static readonly TimeSpan Third = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan AWhile = TimeSpan.FromSeconds(30);

    private readonly ManualClock _clock = new();

    /// <summary>A late answer extended the lease, and what waited behind it was given up all the same, as if it were over.</summary>
    [Fact]
    public async Task Report_WhoseLeaseIsExtendedByTheAnswerBeforeIt_IsNotGivenUp()
    {
        using var orchestrator = new Held();
        using var http = new HttpMessageInvoker(orchestrator);
        var api = new JobApi(() => http, new JobClientOptions(), null, _clock, NullLogger<JobApi>.Instance);
        using var reporter = new Reporter(api, new WorkerState(_clock), Task.Run, NullLogger<Reporter>.Instance);
        long giveUpAt = _clock.GetTimestamp() + TimeSpan.FromSeconds(0.5).Ticks;
        reporter.Start();
        Task<ReportAnswer?> heartbeat = SendAsync(reporter, Report.Heartbeat, () => giveUpAt, _ => giveUpAt = long.MaxValue);
        await orchestrator.Asked.Task.WaitAsync(AWhile);
        Task<ReportAnswer?> complete = SendAsync(reporter, Report.Complete, () => giveUpAt, _ => { });
        await Eventually.TrueAsync(() => reporter.Count == 2, "both are in its hands");

        _clock.Advance(TimeSpan.FromSeconds(0.6));
        orchestrator.Answers.SetResult();

        Assert.Equal(200, (await heartbeat.WaitAsync(AWhile))?.Outcome.Status);
        Assert.Equal(200, (await complete.WaitAsync(AWhile))?.Outcome.Status);
    }

    private static Task<ReportAnswer?> SendAsync(
        Reporter reporter, string action, Func<long> giveUpAt, Action<ReportAnswer> answered) =>
        reporter.SendAsync(
            new Report { JobId = "a", Action = action, LeaseToken = "token" }, "queue", Third, giveUpAt, answered, CancellationToken.None);

    /// <summary>Takes every report, the first once it is told to.</summary>
    private sealed class Held : HttpMessageHandler
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Answers { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            await Answers.Task.WaitAsync(cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent("""{"outcomes":[{"jobId":"a","status":200}]}""", Encoding.UTF8, "application/json"),
            };
        }
    }
}
