using System.IO.Compression;
using System.Net;
using System.Text;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>Public report 26: a proxy, or a caller, had compressed a body, which was then no UTF-8.</summary>
public sealed class PackedBodiesTests
{
    private const string Submission = """{"queue":"q","input":"Grüße"}""";

    [Theory]
    [InlineData("gzip", "gzip", false)]
    [InlineData("gzip", "GZIP", true)]
    [InlineData("gzip", "x-gzip", true)]
    [InlineData("gzip", "identity, gzip", true)]
    [InlineData("br", "br", false)]
    [InlineData("br", "br", true)]
    [InlineData("deflate", "deflate", true)]
    [InlineData("", "identity", true)]
    [InlineData("", "", true)]
    public async Task Body_OfATakenCoding_IsUnpacked(string coding, string said, bool kestrel)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel);

        Answer answer = await SendAsync(host, "/jobs", Pack(coding, Encoding.UTF8.GetBytes(Submission)), said);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("Grüße", answer.Json.GetProperty("input").GetString());
    }

    /// <summary>One job by the way of another system's door, in whose code nothing knows of it.</summary>
    [Fact]
    public async Task Body_AtADoor_IsUnpackedToo()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        Answer answer = await SendAsync(
            host, "/v2/queues/jobs", Pack("gzip", """[{"id":"a","queue":"q","timeout":30,"payload":"p"}]"""u8.ToArray()), "gzip");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("p", (await host.GetAsync("/v2/queues/q/jobs/a")).Json.GetProperty("payload").GetString());
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("compress")]
    [InlineData("gzip, gzip")]
    [InlineData("aes128gcm")]
    public async Task Coding_ThatIsNotTaken_Is415AndNamesThoseThatAre(string coding)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        Answer answer = await SendAsync(host, "/jobs", Encoding.UTF8.GetBytes(Submission), coding);

        answer.ShouldBeProblem(HttpStatusCode.UnsupportedMediaType, "unsupported-content-encoding");
        Assert.Contains($"'{coding}'", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("gzip, br, deflate", answer["Accept-Encoding"]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Body_ThatIsNotPackedAsSaid_Is400(string coding)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        byte[] whole = Pack(coding, Encoding.UTF8.GetBytes($$"""{"input":"{{new string('x', 5_000)}}"}"""));

        Answer other = await SendAsync(host, "/jobs", Encoding.UTF8.GetBytes(Submission), coding);
        Answer cut = await SendAsync(host, "/jobs", whole[..(whole.Length / 2)], coding);

        other.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Contains("Content-Encoding", other.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        cut.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    /// <summary>A megabyte says a gigabyte: what comes out is bounded, and what is over is not even made.</summary>
    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Body_ThatUnpacksToTooMuch_Is413AndTakesNoMemory(string coding)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        byte[] bomb = Pack(coding, 256 * 1024 * 1024);
        long before = GC.GetTotalAllocatedBytes();

        Answer answer = await SendAsync(host, "/jobs", bomb, coding);

        answer.ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too-large");
        long allocated = GC.GetTotalAllocatedBytes() - before;
        Assert.True(allocated < 64 * 1024 * 1024, $"{allocated} bytes.");
    }

    /// <summary>No body is packed in no way.</summary>
    [Fact]
    public async Task Request_WithoutABody_MaySayWhatItLikes()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(host, "/queues/q/pause", [], "zstd")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(host, "/queues/q/resume", [], "gzip")).Status);
    }

    private static async Task<Answer> SendAsync(ApiHost host, string path, byte[] body, string coding)
    {
        using HttpRequestMessage request = ApiHost.Request(HttpMethod.Post, path, body, ("Content-Encoding", coding));
        using HttpResponseMessage response = await host.Client.SendAsync(request);
        return await Answer.OfAsync(response);
    }

    private static byte[] Pack(string coding, byte[] plain)
    {
        using var packed = new MemoryStream();
        using (Stream packer = Packer(coding, packed))
        {
            packer.Write(plain);
        }

        return packed.ToArray();
    }

    private static byte[] Pack(string coding, int blanks)
    {
        using var packed = new MemoryStream();
        using (Stream packer = Packer(coding, packed))
        {
            byte[] piece = new byte[1 << 20];
            piece.AsSpan().Fill((byte)' ');
            for (int done = 0; done < blanks; done += piece.Length)
            {
                packer.Write(piece);
            }
        }

        return packed.ToArray();
    }

    private static Stream Packer(string coding, Stream into) => coding switch
    {
        "gzip" => new GZipStream(into, CompressionLevel.Fastest, leaveOpen: true),
        "br" => new BrotliStream(into, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new ZLibStream(into, CompressionLevel.Fastest, leaveOpen: true),
        _ => new BufferedStream(into),
    };
}
