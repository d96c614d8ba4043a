using System.Net;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>The service with its pages on a real connection, over one replica's shards.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HostedShards _jobs;

    private PageHost(WebApplication app, HostedShards jobs)
    {
        (_app, _jobs) = (app, jobs);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
    }

    public HttpClient Client { get; }

    /// <summary>Paths of the API that do not answer.</summary>
    public HashSet<string> Away { get; } = new(StringComparer.Ordinal);

    /// <param name="settings">Configuration, such as <c>Ui:ReadOnly</c>.</param>
    public static async Task<PageHost> StartAsync(params (string Name, string Value)[] settings)
    {
        HostedShards jobs = await HostedShards.StartAsync(null);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => new KeyValuePair<string, string?>(setting.Name, setting.Value)));
        builder.Services.AddSingleton<TimeProvider>(jobs.Time);
        builder.Services.AddSingleton<IJobShards>(jobs.Observed);
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddUi(builder.Configuration);
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        PageHost host = null!;
        app.Use((http, next) =>
        {
            if (host.Away.Contains(http.Request.Path))
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            }

            return next(http);
        });
        app.UseDashboard();
        app.UseApi();
        app.MapApi();
        app.MapDashboard();
        await app.StartAsync();
        return host = new PageHost(app, jobs);
    }

    /// <summary>The shards, of which a test can have some away.</summary>
    public ObservedShards Shards => _jobs.Observed;

    /// <summary>What time it is there.</summary>
    public DateTimeOffset Now => _jobs.Time.GetUtcNow();

    /// <summary>Lets time pass.</summary>
    public Task AdvanceAsync(TimeSpan by) => _jobs.AdvanceAsync(by);

    /// <summary>Reads a page.</summary>
    public async Task<Page> GetAsync(string path, params (string Name, string Value)[] headers) =>
        await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), headers);

    /// <summary>Sends a form, as a browser with one of our pages does.</summary>
    public Task<Page> PostAsync(string path, params (string Name, string Value)[] fields) =>
        PostAsync(path, [("Sec-Fetch-Site", "same-origin")], fields);

    /// <summary>Sends a form with these headers.</summary>
    public async Task<Page> PostAsync(string path, (string Name, string Value)[] headers, (string Name, string Value)[] fields) =>
        await SendAsync(
            new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))),
            },
            headers);

    /// <summary>Calls the API, as programs do.</summary>
    public async Task<JsonElement> CallAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await Client.PostAsync(path, content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>Submits a job.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> SubmitAsync(string json = """{"type":"send"}""") =>
        (await CallAsync("/jobs", json)).GetProperty("id").GetString()!;

    /// <summary>Has a worker take a job of a queue and report on it.</summary>
    public async Task WorkAsync(string report, string rest, string queue = "default", string worker = "w")
    {
        JsonElement job = (await CallAsync($"/queues/{queue}/lease", JsonSerializer.Serialize(new { worker })))[0];
        await CallAsync(
            $"/jobs/{job.GetProperty("id").GetString()}/{report}",
            $$"""{"leaseToken":"{{job.GetProperty("leaseToken").GetString()}}"{{rest}}}""");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _jobs.DisposeAsync();
    }

    private async Task<Page> SendAsync(HttpRequestMessage request, (string Name, string Value)[] headers)
    {
        using (request)
        {
            foreach ((string name, string value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using HttpResponseMessage response = await Client.SendAsync(request);
            return new Page(
                (int)response.StatusCode,
                await response.Content.ReadAsStringAsync(),
                response.Headers.Concat(response.Content.Headers)
                    .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
        }
    }
}

/// <summary>An answer.</summary>
internal sealed record Page(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A header; null: it is not there.</summary>
    public string? this[string name] => Headers.TryGetValue(name, out string? value) ? value : null;
}
