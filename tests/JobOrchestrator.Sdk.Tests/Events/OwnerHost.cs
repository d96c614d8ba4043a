using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Worker;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobOrchestrator.Sdk.Tests.Events;

/// <summary>A process that owns jobs, its sidecar being the test.</summary>
internal sealed class OwnerHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OwnerHost(WebApplication app, LogLines log) => (_app, Log) = (app, log);

    public LogLines Log { get; }

    public IServiceProvider Services => _app.Services;

    public HttpClient Sidecar => _app.GetTestClient();

    public static async Task<OwnerHost> StartAsync(
        FakeOrchestrator orchestrator,
        string folder,
        Action<JobEventsBuilder> configure,
        bool unwraps = false,
        string? appToken = null,
        bool mapsHandler = true,
        bool mapsEvents = true,
        IReadOnlyDictionary<string, string?>? settings = null)
    {
        var log = new LogLines();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.Configuration["APP_API_TOKEN"] = appToken;
        orchestrator.Connect(builder.Services);
        builder.Services.AddJobEvents("shop", events =>
        {
            events.Configure(options =>
            {
                options.Folder = folder;
                options.GapDelay = TimeSpan.FromMilliseconds(20);
            });
            configure(events);
        });
        WebApplication app = builder.Build();
        if (unwraps)
        {
            app.UseCloudEvents();
        }

        if (mapsHandler)
        {
            app.MapSubscribeHandler();
        }

        if (mapsEvents)
        {
            app.MapJobEvents();
        }

        await app.StartAsync();
        return new OwnerHost(app, log);
    }

    public async Task<HealthReportEntry> HealthAsync() =>
        (await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["job-events"];

    /// <summary>Delivers an event as a sidecar does.</summary>
    public async Task<HttpStatusCode> DeliverAsync(FeedEvent jobEvent, string? token = null, string route = "JobUpdated")
    {
        using HttpResponseMessage response = await DeliverAsync(JsonSerializer.Serialize(jobEvent, WireJson.Wire.FeedEvent), token, route);
        return response.StatusCode;
    }

    public Task<HttpResponseMessage> DeliverAsync(string body, string? token = null, string route = "JobUpdated")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/JobEvents/{route}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/cloudevents+json"),
        };
        request.Content.Headers.ContentType!.CharSet = null;
        if (token is not null)
        {
            request.Headers.Add("dapr-api-token", token);
        }

        return Sidecar.SendAsync(request);
    }

    /// <summary>
    /// Ends as a killed process does, as far as the owner can tell: nothing is finished, only the operating system closes the files.
    /// Nothing of it writes a file any more after this.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running = [.. Services.GetServices<IHostedService>().OfType<BackgroundService>().Select(service => service.ExecuteTask!)];
        await _app.DisposeAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public static FeedEvent Event(string jobId, long sequence, string kind = "updated", string owner = "shop") => new()
    {
        Id = $"{jobId}-{sequence}",
        Type = $"job.{kind}",
        Subject = jobId,
        Data = new JobEventData
        {
            JobId = jobId,
            Owner = owner,
            Sequence = sequence,
            Status = JobStatus.InProgress,
            PreviousStatus = JobStatus.New
        },
    };
}

/// <summary>What a handler was told.</summary>
internal sealed class Told
{
    private readonly ConcurrentQueue<JobEvent> _events = new();

    public List<JobEvent> Events => [.. _events];

    /// <summary>Each event as "id delivery source".</summary>
    public List<string> Lines => [.. _events.Select(jobEvent => $"{jobEvent.Id} {jobEvent.Delivery} {jobEvent.Source}")];

    public Func<JobEvent, Task> Before { get; set; } = _ => Task.CompletedTask;

    public async Task HandleAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        await Before(jobEvent);
        _events.Enqueue(jobEvent);
    }

    public void AddTo(JobEventsBuilder builder)
    {
        foreach (JobEventKind kind in Enum.GetValues<JobEventKind>())
        {
            builder.On(kind, HandleAsync);
        }
    }
}
