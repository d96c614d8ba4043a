using Microsoft.AspNetCore.TestHost;

namespace JobOrchestrator.Sdk.Tests.Fakes;

/// <summary>
/// The HTTP API in memory, as much as the SDK uses of it, without clocks: a lease ends and a pause is over when the test says so.
/// </summary>
internal sealed class FakeOrchestrator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeOrchestrator(WebApplication app) => _app = app;

    public FakeJobs Jobs { get; } = new();

    public FakeFeed Feed { get; } = new();

    /// <summary>It is of a version that tells of cancels with heartbeats alone.</summary>
    public bool IsOlder { get; set; }

    /// <summary>What went wrong on the way, and what was asked.</summary>
    public Faults Faults { get; private set; } = null!;

    public static async Task<FakeOrchestrator> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        var fake = new FakeOrchestrator(app);
        fake.Map(app);
        await app.StartAsync();
        fake.Faults = new Faults(app.GetTestServer().CreateHandler());
        return fake;
    }

    public async ValueTask DisposeAsync()
    {
        Jobs.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>A client that talks to this orchestrator.</summary>
    public JobClient Client(Action<JobClientOptions>? configure = null) =>
        Services(configure).BuildServiceProvider().GetRequiredService<JobClient>();

    /// <summary>A container whose SDK talks to this orchestrator, with pauses short enough for tests.</summary>
    public IServiceCollection Services(Action<JobClientOptions>? configure = null)
    {
        IServiceCollection services = new ServiceCollection().AddLogging();
        Connect(services, configure);
        return services;
    }

    public void Connect(IServiceCollection services, Action<JobClientOptions>? configure = null)
    {
        services.AddJobClient(options =>
        {
            options.RetryPause = TimeSpan.FromMilliseconds(5);
            configure?.Invoke(options);
        });
        services.AddHttpClient(JobClient.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => Faults);
    }

    private void Map(WebApplication app)
    {
        // The cast: a delegate of a context alone would count as one that writes its own answer.
        app.MapPost("/jobs", (Delegate)SubmitAsync);
        app.MapGet("/jobs", (HttpContext context, string? status, string? queue, int limit, int skip = 0) =>
        {
            List<Job> matching =
                [.. Jobs.All().Where(job => (status is null || job.Status.ToString() == status) && (queue is null || job.Queue == queue))];
            if (matching.Count > skip + limit)
            {
                string next = $"?limit={limit}&skip={skip + limit}{(status is null ? "" : $"&status={status}")}";
                context.Response.Headers.Link = $"<http://elsewhere{context.Request.Path}{next}>; rel=\"next\"";
            }

            return Results.Json([.. matching.Skip(skip).Take(limit)], WireJson.Wire.ListJob);
        });
        app.MapGet("/jobs/{id}", async (HttpContext context, string id) =>
        {
            if (Jobs.Find(id) is null)
            {
                return Problem(404, "job-not-found", "There is no such job.");
            }

            string known = context.Request.Headers.IfNoneMatch.ToString().Trim('"');
            Job job = Wait(context) is { } wait && known.Length > 0
                ? await Jobs.WaitAsync(id, job => job.Sequence.ToString() != known, wait, context.RequestAborted)
                : Jobs.Find(id)!;
            return job.Sequence.ToString() == known ? Results.StatusCode(304) : Answer(context, 200, job);
        });
        app.MapPost("/jobs/{id}/cancel", (HttpContext context, string id) => Jobs.Find(id) switch
        {
            null => Problem(404, "job-not-found", "There is no such job."),
            { IsFinished: true } => Problem(409, "already-finished", "The job has finished already."),
            _ => Answer(context, 202, Jobs.Cancel(id)),
        });
        app.MapPost("/jobs/{id}/retry", (HttpContext context, string id) =>
            Jobs.Find(id) is { } job
                ? Answer(context, 202, Jobs.Add(new SubmitRequest { Type = job.Type, Queue = job.Queue, Input = job.Input }, null, job.Id))
                : Problem(404, "job-not-found", "There is no such job."));
        app.MapPost("/queues/{queue}/lease", async (HttpContext context, string queue) =>
        {
            LeaseRequest request = (await context.Request.ReadFromJsonAsync(WireJson.Wire.LeaseRequest))!;
            List<LeasedJob> leased = await Jobs.LeaseAsync([queue, .. request.Queues ?? []], request, context.RequestAborted);
            return leased.Count == 0 ? Results.NoContent() : Results.Json(leased, WireJson.Wire.ListLeasedJob);
        });
        app.MapPost("/jobs/report", (Delegate)(async (HttpContext context) =>
        {
            ReportRequest request = (await context.Request.ReadFromJsonAsync(WireJson.Wire.ReportRequest))!;
            return Results.Json(new ReportResponse([.. request.Reports.Select(Jobs.Report)]), WireJson.Wire.ReportResponse);
        }));
        app.MapPost("/jobs/cancels", (Delegate)(async (HttpContext context) =>
        {
            if (IsOlder)
            {
                return Results.StatusCode(405);
            }

            CancelsRequest request = (await context.Request.ReadFromJsonAsync(WireJson.Wire.CancelsRequest))!;
            return Results.Json(
                new ReportResponse(await Jobs.HearAsync(request, context.RequestAborted)), WireJson.Wire.ReportResponse);
        }));
        app.MapGet("/events", (string owner, string? after, int limit) => Feed.Page(owner, after, limit) is { } page
            ? Results.Text(page, "application/json")
            : Problem(410, "cursor-expired", "The cursor is too old."));
    }

    private async Task<IResult> SubmitAsync(HttpContext context)
    {
        SubmitRequest request = (await context.Request.ReadFromJsonAsync(WireJson.Wire.SubmitRequest))!;
        if (request.UniqueKey is { } key && Jobs.All().FirstOrDefault(job => job.UniqueKey == key && !job.IsFinished) is { } holder)
        {
            return context.Request.Query["onDuplicate"] == "return"
                ? Answer(context, 200, holder)
                : Problem(409, "duplicate-job", "A live job has this key already.", holder.Id);
        }

        Job job = Jobs.Add(request, context.Request.Headers["Idempotency-Key"]);
        if (Wait(context) is { } wait)
        {
            job = await Jobs.WaitAsync(job.Id, waited => waited.IsFinished, wait, context.RequestAborted);
        }

        return Answer(context, job.IsFinished ? 200 : 202, job);
    }

    /// <summary>A wait is cut to a tenth, so that a test sees several polls.</summary>
    private static TimeSpan? Wait(HttpContext context) =>
        context.Request.Headers["Prefer"].ToString() is ['w', 'a', 'i', 't', '=', .. var seconds]
            ? TimeSpan.FromSeconds(int.Parse(seconds) / 10.0)
            : null;

    private static IResult Answer(HttpContext context, int status, Job job)
    {
        context.Response.Headers.ETag = $"\"{job.Sequence}\"";
        return Results.Json(job, WireJson.Wire.Job, statusCode: status);
    }

    private static IResult Problem(int status, string type, string title, string? jobId = null) => Results.Json(
        new JobProblem { Type = $"/problems/{type}", Title = title, Status = status, JobId = jobId },
        WireJson.Wire.JobProblem,
        "application/problem+json",
        status);
}
