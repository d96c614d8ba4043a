using Microsoft.Extensions.Configuration;

namespace Dapr.Client.Tests;

public sealed class BuilderTests
{
    [Theory]
    [InlineData(null, null, "http://127.0.0.1:3500")]
    [InlineData(null, "3601", "http://127.0.0.1:3601")]
    [InlineData("https://sidecar.example:444", "3601", "https://sidecar.example:444")]
    public void Endpoint_FromConfiguration_EndpointBeatsPortBeatsDefault(string? endpoint, string? port, string expected)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("DAPR_HTTP_ENDPOINT", endpoint), new("DAPR_HTTP_PORT", port)])
            .Build();

        Assert.Equal(expected, DaprDefaults.HttpEndpoint(configuration));
    }

    [Theory]
    [InlineData("no port")]
    [InlineData("-1")]
    [InlineData("65536")]
    public void Port_ThatIsNone_IsNamedInTheError(string port)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("DAPR_HTTP_PORT", port)]).Build();

        var failure = Assert.Throws<DaprException>(() => DaprDefaults.HttpEndpoint(configuration));

        Assert.Contains(port, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OtherScheme_IsRefused()
    {
        var builder = new DaprClientBuilder().UseHttpEndpoint("ftp://127.0.0.1:3500");

        Assert.Throws<InvalidOperationException>(builder.Build);
    }

    [Fact]
    public async Task Build_OwnJsonOptions_AreUsed()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = new DaprClientBuilder()
            .UseHttpEndpoint(sidecar.Address)
            .UseJsonSerializationOptions(new System.Text.Json.JsonSerializerOptions())
            .Build();

        await client.PublishEventAsync("bus", "t", new Document(1));

        Assert.Equal("""{"Count":1,"Name":null}""", sidecar.Request.Body);
    }
}
