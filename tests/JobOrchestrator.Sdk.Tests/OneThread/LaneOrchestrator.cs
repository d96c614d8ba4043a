using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace JobOrchestrator.Sdk.Tests.OneThread;

/// <summary>An orchestrator that answers in the lane, and notes who asks from elsewhere.</summary>
internal sealed class LaneOrchestrator(Lane lane) : HttpMessageHandler
{
    private readonly Queue<LeasedJob> _jobs = [];
    private int _feedPages;

    /// <summary>Requests that were made outside the lane.</summary>
    public List<string> Escapes { get; } = [];

    /// <summary>Every report that came, as "job action".</summary>
    public List<string> Reports { get; } = [];

    /// <summary>What the feed has, and has not given yet.</summary>
    public Queue<FeedEvent> Feed { get; } = [];

    public int FeedPages => _feedPages;

    /// <summary>How often a worker has asked for news of its leases; there never is any.</summary>
    public int CancelRequests { get; private set; }

    public void Add(string id, int leaseSeconds) => _jobs.Enqueue(new LeasedJob
    {
        Id = id,
        Type = "step",
        Queue = "steps",
        Status = JobStatus.InProgress,
        Attempt = 1,
        Input = JsonElement.Parse("{}"),
        LeaseSeconds = leaseSeconds,
        LeaseToken = "token",
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.AbsolutePath;
        if (SynchronizationContext.Current != lane)
        {
            Escapes.Add(path);
        }

        if (path.EndsWith("/lease", StringComparison.Ordinal))
        {
            if (_jobs.Count == 0)
            {
                await UntilItLeavesAsync(cancellationToken);
            }

            List<LeasedJob> leased = [.. _jobs];
            _jobs.Clear();
            return Answer(leased, WireJson.Wire.ListLeasedJob);
        }

        if (path.EndsWith("/events", StringComparison.Ordinal))
        {
            List<FeedEvent> events = [.. Feed];
            Feed.Clear();
            return Answer(new FeedPage(events, $"{++_feedPages - (events.Count == 0 ? 1 : 0)}"), WireJson.Wire.FeedPage);
        }

        if (path.EndsWith("/cancels", StringComparison.Ordinal))
        {
            CancelRequests++;
            await UntilItLeavesAsync(cancellationToken);
        }

        ReportRequest reports = JsonSerializer.Deserialize(
            await request.Content!.ReadAsStringAsync(cancellationToken), WireJson.Wire.ReportRequest)!;
        Reports.AddRange(reports.Reports.Select(report => $"{report.JobId} {report.Action}"));
        return Answer(
            new ReportResponse([.. reports.Reports.Select(report => new ReportOutcome(report.JobId, 200))]), WireJson.Wire.ReportResponse);
    }

    /// <summary>As long as the poll may take.</summary>
    private static async Task UntilItLeavesAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource();
        using CancellationTokenRegistration left = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        await never.Task;
    }

    private static HttpResponseMessage Answer<T>(T body, JsonTypeInfo<T> type) => new(HttpStatusCode.OK)
    {
        Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type))
        {
            Headers = { ContentType = new("application/json") },
        },
    };
}
