using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using TestSupport;

namespace JobOrchestrator.Tests.Sidecar;

public sealed class NewerStoreTests
{
    [Fact]
    public async Task Ready_StoreOfANewerFormat_SaysBothFormatsInASentenceAndTakesNoJobs()
    {
        var store = new StateSidecar();
        store.Keep("shards", """{"count":1,"format":4}""");
        await using GrpcServer sidecar = await GrpcServer.StartAsync(store.AnswerAsync);
        await using var service = new Service(sidecar.Address);
        using HttpClient client = service.CreateClient();

        string? reason = await Eventually.ValueAsync<string?>(
            () => ReasonAsync(client), found => found is not null, "the service says why it is not ready");
        using HttpResponseMessage submitted = await client.PostAsJsonAsync("/jobs", new { type = "simulate" });

        Assert.Contains("format 4", reason, StringComparison.Ordinal);
        Assert.Contains("formats up to 3", reason, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, submitted.StatusCode);
        Assert.Equal(["shards"], store.KeysNow);
    }

    private static async Task<string?> ReasonAsync(HttpClient client)
    {
        using HttpResponseMessage health = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        JsonElement answer = await health.Content.ReadFromJsonAsync<JsonElement>();
        string reason = answer.GetProperty("reasons")[0].GetString()!;
        return reason.Contains("format", StringComparison.Ordinal) ? reason : null;
    }

    private sealed class Service(Uri sidecar) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("DAPR_GRPC_ENDPOINT", sidecar.ToString());
            builder.UseSetting("Logging:LogLevel:Default", "None");
        }
    }
}
