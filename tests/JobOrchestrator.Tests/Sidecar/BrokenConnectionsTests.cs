using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Shards;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using TestSupport;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>
/// The whole service over gRPC through a network that breaks connections in the middle of calls. The sidecar is one of the test's own, or
/// a running one that <c>SIDECAR_GRPC_URL</c> names, with components <c>jobs</c> and <c>jobs-pubsub</c>.
/// </summary>
public sealed class BrokenConnectionsTests
{
    private const int Callers = 8;
    private const int AcceptedOfEach = 400;
    private const int Seed = 20261127;

    [Fact]
    public async Task Submits_WhileConnectionsBreak_AreStoredIfAcceptedAndNotStoredIfNothingWasWritten()
    {
        string? running = Environment.GetEnvironmentVariable("SIDECAR_GRPC_URL");
        await using GrpcServer? own = running is null ? await GrpcServer.StartAsync(new StateSidecar().AnswerAsync) : null;
        Uri sidecar = running is null ? own!.Address : new Uri(running);
        await using var proxy = new BreakingProxy(sidecar, Seed);
        var accepted = new ConcurrentQueue<string>();
        var notWritten = new ConcurrentQueue<string>();
        await using (var service = new Service(proxy.Address))
        {
            using HttpClient client = await service.ReadyAsync();
            proxy.Breaks = true;
            var callers = Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => SubmitManyAsync(client, accepted, notWritten)));
            await KnockAsync(client, callers, accepted, notWritten);
            await callers;
            proxy.Breaks = false;
        }

        await using var restarted = new Service(sidecar);
        using HttpClient after = await restarted.ReadyAsync();
        var lost = new List<string>();
        foreach (string id in accepted)
        {
            using HttpResponseMessage found = await after.GetAsync(new Uri($"/jobs/{id}", UriKind.Relative));
            if (found.StatusCode != HttpStatusCode.OK)
            {
                lost.Add(id);
            }
        }

        var written = new List<string>();
        foreach (string key in notWritten)
        {
            using HttpResponseMessage again = await PostAsync(after, key);
            if (again.Headers.Contains("Idempotency-Replayed"))
            {
                written.Add(key);
            }
        }

        Assert.Empty(lost);
        Assert.Empty(written);
        Assert.InRange(accepted.Count, Callers * AcceptedOfEach, int.MaxValue);
        Assert.InRange(proxy.Cuts, 20, int.MaxValue);
        Assert.NotEmpty(notWritten);
    }

    /// <summary>One caller: goes on until so many of its jobs were accepted.</summary>
    private static async Task SubmitManyAsync(HttpClient client, ConcurrentQueue<string> accepted, ConcurrentQueue<string> notWritten)
    {
        int count = 0;
        while (count < AcceptedOfEach)
        {
            count += await SubmitAsync(client, accepted, notWritten) ? 1 : 0;
        }
    }

    /// <summary>A caller who comes each time the service has lost its store: the others wait then for what they have sent.</summary>
    private static async Task KnockAsync(
        HttpClient client, Task callers, ConcurrentQueue<string> accepted, ConcurrentQueue<string> notWritten)
    {
        while (!callers.IsCompleted)
        {
            await WaitAsync(isReady => !isReady, "the store is away, or all is submitted");
            if (!callers.IsCompleted)
            {
                await SubmitAsync(client, accepted, notWritten);
                await WaitAsync(isReady => isReady, "the store is back");
            }
        }

        Task WaitAsync(Func<bool, bool> condition, string what) => Eventually.TrueAsync(
            async () => callers.IsCompleted || condition(await IsReadyAsync(client)), what, TimeSpan.FromMinutes(5));
    }

    /// <summary>Submits a job under a key of its own; false when it was not accepted.</summary>
    private static async Task<bool> SubmitAsync(HttpClient client, ConcurrentQueue<string> accepted, ConcurrentQueue<string> notWritten)
    {
        string key = Guid.NewGuid().ToString("N");
        using HttpResponseMessage response = await PostAsync(client, key);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        switch (response.StatusCode)
        {
            case HttpStatusCode.Created or HttpStatusCode.Accepted:
                accepted.Enqueue(answer.RootElement.GetProperty("id").GetString()!);
                return true;
            case HttpStatusCode.ServiceUnavailable:
                Assert.EndsWith("store-unavailable", answer.RootElement.GetProperty("type").GetString(), StringComparison.Ordinal);
                notWritten.Enqueue(key);
                return false;
            default:
                // It may or may not be there: nothing was promised.
                Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
                return false;
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs");
        request.Headers.Add("Idempotency-Key", key);
        request.Content = new StringContent("""{"type":"broken","queue":"broken","input":{"n":1}}""", Encoding.UTF8, "application/json");
        return await client.SendAsync(request);
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        using HttpResponseMessage health = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return health.IsSuccessStatusCode;
    }

    private sealed class Service(Uri sidecar) : WebApplicationFactory<Program>
    {
        public async Task<HttpClient> ReadyAsync()
        {
            HttpClient client = CreateClient();
            await Eventually.TrueAsync(() => IsReadyAsync(client), "the service takes jobs");
            return client;
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("DAPR_GRPC_ENDPOINT", sidecar.ToString());
            builder.UseSetting("Logging:LogLevel:Default", "None");
            builder.UseSetting("Store:RequestSeconds", "3");

            // Whoever is told that nothing was written is told at once: there are some then.
            builder.ConfigureTestServices(services => services.AddSingleton(new Patience(TimeSpan.Zero, TimeProvider.System)));
        }
    }
}
