using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Dapr.Client.Tests;

/// <summary>A server in the sidecar's place: keeps what it is sent and answers as it is told.</summary>
internal sealed class SidecarStub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Recorded> _requests = new();

    private SidecarStub(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>The answer to everything; 204 unless set.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context =>
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    /// <summary>The only request so far.</summary>
    public Recorded Request => Assert.Single(_requests);

    public IReadOnlyCollection<Recorded> Requests => _requests;

    public static async Task<SidecarStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new SidecarStub(app);
        app.Run(stub.HandleAsync);
        await app.StartAsync();
        return stub;
    }

    public void AnswerWith(int status, string body, string contentType = "application/json", string? etag = null) =>
        Answer = async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            if (etag is not null)
                context.Response.Headers.ETag = etag;
            await context.Response.WriteAsync(body);
        };

    public DaprClient Client(string? token = null, TimeSpan timeout = default) =>
        new DaprClientBuilder().UseHttpEndpoint(Address).UseDaprApiToken(token ?? "").UseTimeout(timeout).Build();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        _requests.Enqueue(new Recorded(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body));
        await Answer(context);
    }

    internal sealed record Recorded(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public string? Header(string name) => Headers.GetValueOrDefault(name);
    }
}
