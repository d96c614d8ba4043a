using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace JobOrchestrator.Sdk.Tests.OneThread;

/// <summary>An orchestrator that answers in the lane, and notes who asks from elsewhere.</summary>
/// <param name="lane">The lane.</param>
/// <param name="clock">Ends requests for work that have waited as long as they may; null: they wait for it without end.</param>
internal sealed class LaneOrchestrator(Lane lane, TimeProvider? clock = null) : HttpMessageHandler
{
    private readonly List<LeasedJob> _jobs = [];
    private readonly List<TaskCompletionSource> _waiting = [];
    private bool _isDown;
    private int _feedPages;

    /// <summary>Requests that were made outside the lane.</summary>
    public List<string> Escapes { get; } = [];

    /// <summary>Every report that came, as "job action".</summary>
    public List<string> Reports { get; } = [];

    /// <summary>Those of them that were taken.</summary>
    public List<string> Taken { get; } = [];

    /// <summary>Jobs whose shard is away: what is reported on them is not taken.</summary>
    public HashSet<string> Away { get; } = [];

    /// <summary>While true nothing gets through; what was waited for breaks off.</summary>
    public bool IsDown
    {
        get => _isDown;
        set
        {
            _isDown = value;
            if (value)
            {
                lane.Run(() => EndWaits(static waiting => waiting.TrySetException(new HttpRequestException("Connection refused"))));
            }
        }
    }

    /// <summary>The next report request is answered with this status and an empty object, and does not get through.</summary>
    public HttpStatusCode? NextReports { get; set; }

    /// <summary>How many requests got no answer.</summary>
    public int Swallowed { get; private set; }

    /// <summary>What the feed has, and has not given yet.</summary>
    public Queue<FeedEvent> Feed { get; } = [];

    /// <summary>Reports that get no answer, and never arrive.</summary>
    public Predicate<string> Swallows { get; set; } = _ => false;

    /// <summary>What is waited for before a report is answered.</summary>
    public Func<string, Task> Holds { get; set; } = _ => Task.CompletedTask;

    /// <summary>What is answered in its place to a path and a body; null: it answers itself.</summary>
    public Func<string, string, HttpResponseMessage?> Instead { get; set; } = (_, _) => null;

    public int FeedPages => _feedPages;

    /// <summary>For how many seconds each request for work may wait, of those that got through.</summary>
    public List<int> LeaseWaits { get; } = [];

    /// <summary>Requests for work that have waited for longer are answered 504, as a gateway does; null: they are not.</summary>
    public TimeSpan? PollsEndAfter { get; set; }

    /// <summary>How often a worker has asked for news of its leases; there never is any.</summary>
    public int CancelRequests { get; private set; }

    public void Add(string id, int leaseSeconds, string queue = "steps")
    {
        _jobs.Add(new LeasedJob
        {
            Id = id,
            Type = "step",
            Queue = queue,
            Status = JobStatus.InProgress,
            Attempt = 1,
            Input = JsonElement.Parse("{}"),
            LeaseSeconds = leaseSeconds,
            LeaseToken = "token",
        });
        lane.Run(() => EndWaits(static waiting => waiting.TrySetResult()));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.AbsolutePath;
        if (SynchronizationContext.Current != lane)
        {
            Escapes.Add(path);
        }

        if (IsDown)
        {
            throw new HttpRequestException("Connection refused");
        }

        string body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : "";
        if (Instead(path, body) is { } odd)
        {
            return odd;
        }

        if (path.EndsWith("/lease", StringComparison.Ordinal))
        {
            int seconds = JsonSerializer.Deserialize(body, WireJson.Wire.LeaseRequest)!.Wait;
            LeaseWaits.Add(seconds);
            var wait = TimeSpan.FromSeconds(seconds);
            bool isCut = PollsEndAfter < wait;
            using CancellationTokenSource over = clock is null ? new() : new(isCut ? PollsEndAfter!.Value : wait, clock);
            List<LeasedJob> leased;
            while ((leased = _jobs.FindAll(job => path.EndsWith($"/{job.Queue}/lease", StringComparison.Ordinal))).Count == 0)
            {
                if (over.IsCancellationRequested)
                {
                    return new HttpResponseMessage(isCut ? HttpStatusCode.GatewayTimeout : HttpStatusCode.NoContent);
                }

                await NewsAsync(over.Token, cancellationToken);
            }

            _jobs.RemoveAll(leased.Contains);
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
            Swallowed++;
            await NeverAsync(cancellationToken);
        }

        if (NextReports is { } status)
        {
            NextReports = null;
            HttpResponseMessage refused = Answer("""{"type":"/problems/malformed-request"}"""u8.ToArray());
            refused.StatusCode = status;
            return refused;
        }

        ReportRequest reports = JsonSerializer.Deserialize(body, WireJson.Wire.ReportRequest)!;
        Reports.AddRange(reports.Reports.Select(Told));
        Taken.AddRange(reports.Reports.Where(report => !Away.Contains(report.JobId)).Select(Told));
        await Holds(body);
        return Answer(new ReportResponse([.. reports.Reports.Select(OutcomeOf)]), WireJson.Wire.ReportResponse);
    }

    private static string Told(Report report) => $"{report.JobId} {report.Action}";

    private ReportOutcome OutcomeOf(Report report) => Away.Contains(report.JobId)
        ? new ReportOutcome(report.JobId, 503, Problem: new JobProblem
        {
            Type = "/problems/shard-away",
            Title = "shard-away",
            Detail = "Shard 3 is elsewhere.",
            Status = 503,
        })
        : new ReportOutcome(report.JobId, 200);

    /// <summary>Waits until something has changed here, or the time is over.</summary>
    private async Task NewsAsync(CancellationToken over, CancellationToken cancellationToken)
    {
        var waiting = new TaskCompletionSource();
        _waiting.Add(waiting);
        using CancellationTokenRegistration ended = over.Register(() => waiting.TrySetResult());
        using CancellationTokenRegistration left = cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken));
        await waiting.Task;
    }

    private void EndWaits(Action<TaskCompletionSource> end)
    {
        TaskCompletionSource[] waiting = [.. _waiting];
        _waiting.Clear();
        Array.ForEach(waiting, end);
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
