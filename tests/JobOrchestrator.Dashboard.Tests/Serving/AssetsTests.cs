using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using JobOrchestrator.Dashboard.Serving;

namespace JobOrchestrator.Dashboard.Tests.Serving;

public sealed partial class AssetsTests
{
    private static readonly string[] Own = ["live.js", "keys.js", "copy.js", "query.js", "plot.js", "many.js"];

    private static readonly Assembly Assembly = typeof(DashboardFeature).Assembly;

    /// <summary>A page is there before somebody asks where it is, on a slow line too.</summary>
    [Fact]
    public void Assets_AllTogether_AreSmall()
    {
        int first = Assembly.GetManifestResourceNames().Sum(name => Packed(Read(name)));

        Assert.True(Code("app.css").Length < 30_000, $"The style sheet has {Code("app.css").Length} bytes.");
        Assert.True(Own.Sum(name => Code(name).Length) < 20_000, "The scripts are too large.");
        Assert.True(first < 100_000, $"All assets have {first} bytes, packed.");
    }

    /// <summary>What is sent is what the policy allows: nothing foreign, nothing that is run from a text.</summary>
    [Fact]
    public void Scripts_AskNobodyElse_AndRunNoText() => Assert.All(
        Own.Append("app.css"), name => Assert.DoesNotMatch(Foreign(), Encoding.UTF8.GetString(Read(name))));

    [Fact]
    public async Task Asset_OfThisVersion_IsKeptForGoodAndPacked()
    {
        var assets = new Assets();
        var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        http.Request.Headers.AcceptEncoding = "gzip, br";

        await assets.SendAsync(http, assets.Version, "app.css");

        http.Response.Body.Position = 0;
        using var unpacked = new MemoryStream();
        await new BrotliStream(http.Response.Body, CompressionMode.Decompress).CopyToAsync(unpacked);
        Assert.Equal(Read("app.css"), unpacked.ToArray());
        Assert.Equal("br", http.Response.Headers.ContentEncoding.ToString());
        Assert.Equal("public, max-age=31536000, immutable", http.Response.Headers.CacheControl.ToString());
    }

    [Fact]
    public async Task Asset_OfAnotherVersion_IsNotKept()
    {
        var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };

        await new Assets().SendAsync(http, "older", "app.css");

        Assert.Equal((200, "no-store"), (http.Response.StatusCode, (string?)http.Response.Headers.CacheControl));
    }

    [Theory]
    [InlineData("nothing.js")]
    [InlineData("../app.css")]
    [InlineData("JobOrchestrator.Dashboard.dll")]
    public async Task Asset_ThatIsNone_IsNotThere(string name)
    {
        var http = new DefaultHttpContext();

        await new Assets().SendAsync(http, "x", name);

        Assert.Equal(404, http.Response.StatusCode);
    }

    /// <summary>Without its lines of comment: packed they take next to nothing, and none should be left out for want of room.</summary>
    private static string Code(string name) => string.Join('\n', Encoding.UTF8.GetString(Read(name)).Split('\n').Where(IsCode));

    private static bool IsCode(string line) =>
        line.TrimStart() is not (['/', '/', ..] or ['/', '*', .., '*', '/']);

    private static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static int Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(bytes);
        }

        return (int)packed.Length;
    }

    [GeneratedRegex(@"https?://|\beval\(|new Function|\.style\b|url\(|@import|outerHTML|insertAdjacentHTML|document\.write")]
    private static partial Regex Foreign();
}
