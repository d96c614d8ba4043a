using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.TestHost;
using TestSupport;

namespace JobOrchestrator.Tests.Features;

/// <summary>The HTTP side over one replica's shards and a clock that the test moves.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>All doors are open unless a test says otherwise.</summary>
    public static readonly KeyValuePair<string, string?>[] OpenDoors = [new("Doors:Relay", "true"), new("Doors:Hasty", "true")];

    private readonly WebApplication _app;

    private ApiHost(WebApplication app, HostedShards jobs, HttpClient client)
    {
        _app = app;
        Jobs = jobs;
        Client = client;
    }

    /// <summary>The replica, its store and its clock.</summary>
    public HostedShards Jobs { get; }

    public ManualTimeProvider Time => Jobs.Time;

    public ObservedShards Shards => Jobs.Observed;

    public HttpClient Client { get; }

    /// <summary>What the operations work with, for a test that calls one directly.</summary>
    public Api Api => _app.Services.GetRequiredService<Api>();

    /// <summary>Where it listens; in memory there is nothing to connect to.</summary>
    public Uri Address => Client.BaseAddress!;

    /// <param name="kestrel">True: over a real connection, for what only a real server does.</param>
    /// <param name="settings">Configuration, such as <c>Api:ValueBytesMax</c>.</param>
    /// <param name="replica">Changes what the replica is told.</param>
    /// <param name="options">Changes to the options that configuration cannot express shortly.</param>
    /// <param name="routes">Further native routes.</param>
    /// <param name="log">What is told of what is logged.</param>
    public static async Task<ApiHost> StartAsync(
        bool kestrel = false,
        Dictionary<string, string?>? settings = null,
        Func<ReplicaSettings, ReplicaSettings>? replica = null,
        Action<ApiOptions>? options = null,
        Action<WebApplication>? routes = null,
        ILoggerProvider? log = null)
    {
        HostedShards jobs = await HostedShards.StartAsync(replica);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Configuration.AddInMemoryCollection(OpenDoors);
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Services.AddSingleton<TimeProvider>(jobs.Time);
        builder.Services.AddSingleton<IJobShards>(jobs.Observed);
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddDoors(builder.Configuration);
        if (options is not null)
        {
            builder.Services.Configure(options);
        }

        if (kestrel)
        {
            builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        }
        else
        {
            builder.WebHost.UseTestServer();
        }

        WebApplication app = builder.Build();
        try
        {
            app.UseApi();
            app.MapApi();
            routes?.Invoke(app);
            app.MapDoors();
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            await jobs.DisposeAsync();
            throw;
        }

        HttpClient client = kestrel
            ? new HttpClient
            {
                BaseAddress = new Uri(
                app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First())
            }
            : app.GetTestClient();
        return new ApiHost(app, jobs, client);
    }

    /// <summary>Lets time pass, and what is due by then be done.</summary>
    public Task AdvanceAsync(TimeSpan by) => Jobs.AdvanceAsync(by);

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, headers);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = Request(method, path, json is null ? null : Encoding.UTF8.GetBytes(json), headers);
        using HttpResponseMessage response = await Client.SendAsync(request);
        return await Answer.OfAsync(response);
    }

    public static HttpRequestMessage Request(HttpMethod method, string path, byte[]? body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    /// <summary>Submits a job and returns its id.</summary>
    public async Task<JobId> SubmitAsync(string json = "{}")
    {
        Answer answer = await PostAsync("/jobs", json);
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        return answer.JobId;
    }

    /// <summary>Leases one job of a queue.</summary>
    public async Task<(JobId Id, string Token)> LeaseAsync(string queue = "default")
    {
        Answer answer = await PostAsync($"/queues/{queue}/lease", """{"worker":"w"}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        JsonElement job = answer.Json[0];
        return (new JobId(job.GetProperty("id").GetGuid()), job.GetProperty("leaseToken").GetString()!);
    }

    /// <summary>Submits a job and has a worker end it with success.</summary>
    public async Task<JobId> CompleteAsync(string? result = null, string submission = "{}")
    {
        await SubmitAsync(submission);
        (JobId id, string token) = await LeaseAsync();
        await PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}"{{(result is null ? "" : ",\"result\":" + result)}}}""");
        return id;
    }

    /// <summary>Submits a job and has a worker end it with an error.</summary>
    public async Task<JobId> FailAsync(string submission = "{}")
    {
        await SubmitAsync(submission);
        (JobId id, string token) = await LeaseAsync();
        await PostAsync(
            $"/jobs/{id}/fail", $$"""{"leaseToken":"{{token}}","retry":false,"error":{"detail":{"line":7},"title":"Boom"} }""");
        return id;
    }

    public async Task StopAsync() => await _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Jobs.DisposeAsync();
    }
}
