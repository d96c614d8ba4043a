using System.Globalization;
using System.Net;
using System.Text;
using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Push;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests.Features;
using Microsoft.AspNetCore.TestHost;
using TestSupport;

namespace JobOrchestrator.Tests.Push;

/// <summary>The service with push queues, over one replica's shards, a broker that records, and a clock that the test moves.</summary>
internal sealed class PushHost : IAsyncDisposable
{
    public const string Route = "/push/reports";

    private readonly WebApplication _app;

    private PushHost(WebApplication app, HostedShards jobs, RecordingWorkBus bus, LogLines log)
    {
        _app = app;
        Jobs = jobs;
        Bus = bus;
        Log = log;
        Client = app.GetTestClient();
    }

    /// <summary>The replica, its store and its clock.</summary>
    public HostedShards Jobs { get; }

    public ManualTimeProvider Time => Jobs.Time;

    public ObservedShards Shards => Jobs.Observed;

    public RecordingWorkBus Bus { get; }

    public LogLines Log { get; }

    public HttpClient Client { get; }

    /// <param name="maxRunning">Of queue <c>mail</c>, the only push queue.</param>
    /// <param name="settings">More configuration.</param>
    public static Task<PushHost> StartAsync(int maxRunning = 10, params (string Name, string Value)[] settings) =>
        StartWithAsync([("Push:Queues:mail:MaxRunning", maxRunning.ToString(CultureInfo.InvariantCulture)), .. settings]);

    /// <param name="settings">The whole configuration.</param>
    public static async Task<PushHost> StartWithAsync((string Name, string Value)[] settings)
    {
        HostedShards jobs = await HostedShards.StartAsync();
        var bus = new RecordingWorkBus();
        var log = new LogLines();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Logging:LogLevel:Default", (string?)"Debug"), .. settings.Select(
            setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))]);
        builder.Services.AddSingleton<TimeProvider>(jobs.Time);
        builder.Services.AddSingleton<IJobShards>(jobs.Observed);
        builder.Services.AddSingleton(new Randomness(Random.Shared.NextBytes));
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddOptions<EventOptions>().Bind(builder.Configuration.GetSection("Events"));
        builder.Services.AddPush(builder.Configuration);
        builder.Services.AddSingleton<IWorkBus>(bus);
        builder.WebHost.UseTestServer();
        WebApplication app = builder.Build();
        try
        {
            app.UseApi();
            app.MapApi();
            app.MapPush();
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            await jobs.DisposeAsync();
            throw;
        }

        return new PushHost(app, jobs, bus, log);
    }

    /// <summary>Submits a job and returns its id.</summary>
    public async Task<JobId> SubmitAsync(string json = """{"queue":"mail"}""")
    {
        Answer answer = await PostAsync("/jobs", json);
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        return answer.JobId;
    }

    /// <summary>Submits so many jobs to queue <c>mail</c> at once.</summary>
    public async Task SubmitManyAsync(int count)
    {
        Answer answer = await PostAsync(
            "/jobs/batch", $$"""{"jobs":[{{string.Join(',', Enumerable.Repeat("""{"queue":"mail"}""", count))}}]}""");
        Assert.True(answer.Status is HttpStatusCode.Accepted or HttpStatusCode.OK, answer.Text);
    }

    /// <summary>Waits until so many work messages have gone out in all.</summary>
    public Task<IReadOnlyList<Delivered>> OutAsync(int count) =>
        Eventually.ValueAsync(() => Bus.All, all => all.Count >= count, $"{count} work messages are out");

    /// <summary>Waits until the dispatcher has nothing more to do: it waits for the next job, or for a place.</summary>
    public Task QuietAsync() => Eventually.TrueAsync(
        async () =>
        {
            // The same wait before and after the shards came to rest: nothing was there for it.
            int wait = Shards.WaitsBegun;
            await Jobs.SettleAsync();
            return Shards.Waiting > 0 && Shards.WaitsBegun == wait;
        },
        "the dispatcher waits");

    /// <summary>Lets time pass, and what is due by then be done.</summary>
    public Task AdvanceAsync(TimeSpan by) => Jobs.AdvanceAsync(by);

    public async Task<Job> JobAsync(JobId id) => ((JobLookup.Found)await Shards.FindAsync(id, CancellationToken.None)).Job;

    /// <summary>Delivers what a worker published, as the sidecar does, and returns the word that it is answered with.</summary>
    public async Task<string> ReportAsync(string data) =>
        (await DeliverAsync(
            $$"""{"specversion":"1.0","id":"r","source":"worker","type":"report","datacontenttype":"application/json","data":{{data}}}"""))
            .Json.GetProperty("status").GetString()!;

    public Task<Answer> DeliverAsync(string body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, Route, body, [("Content-Type", "application/cloudevents+json"), .. headers]);

    public Task<Answer> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, headers);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = ApiHost.Request(method, path, json is null ? null : Encoding.UTF8.GetBytes(json), headers);
        using HttpResponseMessage response = await Client.SendAsync(request);
        return await Answer.OfAsync(response);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Jobs.DisposeAsync();
    }
}
