using System.IO.Compression;
using System.Net;
using System.Text;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Api.Http;

/// <summary>Public report 26: the sidecar stored a compressed body as it had come.</summary>
public sealed class PackedBodiesTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("identity")]
    public async Task State_CameCompressed_IsStoredUnpacked(string coding)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);

        using HttpResponseMessage saved = await SendAsync(sidecar, "/v1.0/state/jobs", """[{"key":"a","value":"plain"}]""", coding);

        Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        Assert.Equal("\"plain\"", await sidecar.Http.GetStringAsync(sidecar.Url("/v1.0/state/jobs/a")));
    }

    [Fact]
    public async Task Message_CameCompressed_IsDeliveredUnpacked()
    {
        await using TestApp app = await TestApp.StartAsync(
            FreePort.Next(), """[{"pubsubname":"bus","topic":"t","route":"/t"}]""");
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", app.Port)]);
        await sidecar.ReadyAsync();

        using HttpResponseMessage published = await SendAsync(sidecar, "/v1.0/publish/bus/t", "7", "gzip");

        Assert.Equal(HttpStatusCode.NoContent, published.StatusCode);
        await Eventually.TrueAsync(() => app.Numbers("/t").Count == 1, "the message is delivered");
        Assert.Equal([7], app.Numbers("/t"));
    }

    [Theory]
    [InlineData("/v1.0/state/jobs")]
    [InlineData("/v1.0/publish/bus/t")]
    public async Task Coding_ThatIsNotTaken_Is415AndNamesThoseThatAre(string path)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);

        using HttpResponseMessage refused = await SendAsync(sidecar, path, "[]", "zstd");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
        Assert.Contains("'zstd'", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["gzip", "br", "deflate"], refused.Headers.GetValues("Accept-Encoding").SelectMany(value => value.Split(", ")));
    }

    [Fact]
    public async Task Body_ThatIsNotPackedAsSaid_Is400()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        using HttpRequestMessage request = Request(sidecar, "/v1.0/state/jobs", "[]"u8.ToArray(), "gzip");

        using HttpResponseMessage refused = await sidecar.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    /// <summary>As larger bodies that came plain.</summary>
    [Fact]
    public async Task Body_ThatUnpacksToTooMuch_IsRefusedAsTooLarge()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);

        using HttpResponseMessage refused = await SendAsync(
            sidecar, "/v1.0/state/jobs", $$"""[{"key":"a","value":"{{new string('x', 32 << 20)}}"}]""", "gzip");

        Assert.Contains("stream too large", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpResponseMessage after = await SendAsync(sidecar, "/v1.0/state/jobs", """[{"key":"a","value":1}]""", "gzip");
        Assert.Equal(HttpStatusCode.NoContent, after.StatusCode);
    }

    /// <summary>What is passed on to an app is the app's to unpack.</summary>
    [Fact]
    public async Task Call_ToAnApp_PassesAsItIs()
    {
        await using TestApp app = await TestApp.StartAsync(FreePort.Next(), null);
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", app.Port)]);
        await sidecar.ReadyAsync();

        using HttpResponseMessage answer = await SendAsync(sidecar, "/v1.0/invoke/worker/method/m", "text", "gzip");

        Received received = app.Received.Single(one => one.Path == "/m");
        Assert.Equal("gzip", received.Headers["Content-Encoding"]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(TestSidecar sidecar, string path, string body, string coding)
    {
        using HttpRequestMessage request = Request(sidecar, path, Pack(coding, Encoding.UTF8.GetBytes(body)), coding);
        return await sidecar.Http.SendAsync(request);
    }

    private static HttpRequestMessage Request(TestSidecar sidecar, string path, byte[] body, string coding) =>
        new(HttpMethod.Post, sidecar.Url(path))
        {
            Content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" }, { "Content-Encoding", coding } } },
        };

    private static byte[] Pack(string coding, byte[] plain)
    {
        using var packed = new MemoryStream();
        using (Stream packer = coding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BufferedStream(packed),
        })
        {
            packer.Write(plain);
            packer.Flush();
            if (coding is "identity" or "zstd")
            {
                return packed.ToArray();
            }
        }

        return packed.ToArray();
    }
}
