using System.Net;
using System.Text;
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

    /// <summary>Reports that get no answer, and never arrive.</summary>
    public Predicate<string> Swallows { get; set; } = _ => false;

    /// <summary>What is waited for before a report is answered.</summary>
    public Func<string, Task> Holds { get; set; } = _ => Task.CompletedTask;

    /// <summary>What is answered in its place to a path and a body; null: it answers itself.</summary>
    public Func<string, string, HttpResponseMessage?> Instead { get; set; } = (_, _) => null;

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

        string body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : "";
        if (Instead(path, body) is { } odd)
        {
            return odd;
        }

        if (path.EndsWith("/lease", StringComparison.Ordinal))
        {
            if (_jobs.Count == 0)
            {
                // As long as the poll may take.
                await NeverAsync(cancellationToken);
            }

            List<LeasedJob> leased = [.. _jobs];
            _jobs.Clear();
            return Answer(leased, WireJson.Wire.ListLeasedJob);
        }

        if (path.EndsWith("/events", StringComparison.Ordinal))
        {
            string[] events = [.. Feed.Select(one => JsonSerializer.Serialize(one, WireJson.Wire.FeedEvent))];
            Feed.Clear();
            string cursor = $"{++_feedPages - (events.Length == 0 ? 1 : 0)}";
            return Answer(Encoding.UTF8.GetBytes($$"""{"events":[{{string.Join(',', events)}}],"cursor":"{{cursor}}"}"""));
        }

        if (path.EndsWith("/cancels", StringComparison.Ordinal))
        {
            CancelRequests++;
            await NeverAsync(cancellationToken);
        }

        if (Swallows(body))
        {
            await NeverAsync(cancellationToken);
        }

        ReportRequest reports = JsonSerializer.Deserialize(body, WireJson.Wire.ReportRequest)!;
        Reports.AddRange(reports.Reports.Select(report => $"{report.JobId} {report.Action}"));
        await Holds(body);
        return Answer(
            new ReportResponse([.. reports.Reports.Select(report => new ReportOutcome(report.JobId, 200))]), WireJson.Wire.ReportResponse);
    }

    private static async Task NeverAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource();
        using CancellationTokenRegistration left = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        await never.Task;
    }

    private static HttpResponseMessage Answer<T>(T body, JsonTypeInfo<T> type) => Answer(JsonSerializer.SerializeToUtf8Bytes(body, type));

    private static HttpResponseMessage Answer(byte[] body) => new(HttpStatusCode.OK)
    {
        Content = new ByteArrayContent(body)
        {
            Headers = { ContentType = new("application/json") },
        },
    };
}
