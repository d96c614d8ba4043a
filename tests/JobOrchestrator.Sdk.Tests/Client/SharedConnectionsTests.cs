using System.Net;

namespace JobOrchestrator.Sdk.Tests.Client;

public sealed class SharedConnectionsTests
{
    /// <summary>What one caller is known by never goes along with another's request.</summary>
    [Fact]
    public async Task Clients_OverTheSameConnections_SendEachTheirOwnKey()
    {
        var sent = new List<string?>();
        using var http = new HttpMessageInvoker(new Recorder(sent));

        foreach (string? key in new[] { "one", "two", null })
        {
            using var client = new JobClient(new JobClientOptions { ApiKey = key }, http);
            Assert.Null(await client.GetAsync("a"));
        }

        Assert.Equal(["Bearer one", "Bearer two", null], sent);
    }

    [Fact]
    public void Client_WithAnAddressThatIsNone_IsRefused()
    {
        using var http = new HttpMessageInvoker(new Recorder([]));

        Assert.Throws<ArgumentException>(() => new JobClient(new JobClientOptions { Address = new Uri("localhost:5087") }, http));
    }

    private sealed class Recorder(List<string?> sent) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sent.Add(request.Headers.Authorization?.ToString());
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
        }
    }
}
