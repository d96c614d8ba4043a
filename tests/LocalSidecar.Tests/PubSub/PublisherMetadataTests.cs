using System.Globalization;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using LocalSidecar.CommandLine;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.PubSub;

/// <summary>S2: whatever metadata a publisher gives a message, it and the next one are delivered.</summary>
public sealed class PublisherMetadataTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly int _port = FreePort.Next();

    public void Dispose() => _data.Dispose();

    /// <summary>What browsers say for pages of other sites; apps that mind, as ours do, answer 403.</summary>
    [Theory]
    [InlineData("sec-fetch-site", "cross-site")]
    [InlineData("Sec-Fetch-Mode", "cors")]
    [InlineData("origin", "https://x.example")]
    [InlineData("Referer", "https://x.example/page")]
    [InlineData("big", null, 40_000)]
    [InlineData("huge", null, 2_000_000)]
    [InlineData("names", null, 10, 300)]
    [InlineData("several", null, 4_000, 20)]
    [InlineData("", "no name")]
    public async Task Publish_MetadataThatAppsRefuse_KeepNeitherTheMessageNorTheNextBack(
        string name, string? value, int length = 0, int count = 1)
    {
        await using TestApp app = await TestApp.StartAsync(
            _port,
            """[{"pubsubname":"bus","topic":"numbers","route":"/numbers"}]""",
            static received => received.Headers.Keys.Any(IsABrowsers) ? (403, "") : (200, ""));
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", _port)], _data.Path);
        await sidecar.ReadyAsync();

        await PublishAsync(sidecar, name, value ?? new string('v', length), count);
        await sidecar.PublishAsync("numbers", 2);
        await Eventually.TrueAsync(() => app.Numbers("/numbers").Contains(2), "the next one is delivered");

        Assert.Equal([1, 2], app.Numbers("/numbers"));
        Assert.Equal("yes", app.Received.First().Headers["Mine"]);
        Assert.Single(sidecar.Log.Lines, line => line.Contains("metadata", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("origin", "https://x.example")]
    [InlineData("expect", "100-continue")]
    [InlineData("huge", null, 2_000_000)]
    [InlineData("huge-bin", null, 60_000)]
    [InlineData("names", null, 10, 300)]
    public async Task Publish_MetadataThatGrpcAppsRefuse_KeepNeitherTheMessageNorTheNextBack(
        string name, string? value, int length = 0, int count = 1)
    {
        await using GrpcTestApp app = await GrpcTestApp.StartAsync(
            _port, new GrpcTestApp.Script { Subscriptions = { new() { PubsubName = "bus", Topic = "numbers" } } });
        await using TestSidecar sidecar = await TestSidecar.StartAsync(
            [("worker", _port)],
            _data.Path,
            change: static settings => settings with { AppProtocol = AppProtocol.Grpc });
        await sidecar.ReadyAsync();

        await PublishAsync(sidecar, name, value ?? new string('v', length), count);
        await sidecar.PublishAsync("numbers", 2);
        await Eventually.TrueAsync(() => app.Numbers("numbers").Contains(2), "the next one is delivered");

        Assert.Equal([1, 2], app.Numbers("numbers"));
        IReadOnlyDictionary<string, string> passed = app.Events.First().Metadata;
        Assert.Equal(("yes", false), (passed["mine"], passed.Keys.Any(IsABrowsers)));
        Assert.Single(sidecar.Log.Lines, line => line.Contains("metadata", StringComparison.Ordinal));
    }

    /// <summary>An entry of a bulk publish has its own, in a body.</summary>
    [Fact]
    public async Task PublishBulk_AnEntryWithMegabytesOfMetadata_KeepsNeitherItNorTheNextBack()
    {
        await using TestApp app = await TestApp.StartAsync(_port, """[{"pubsubname":"bus","topic":"numbers","route":"/numbers"}]""");
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", _port)], _data.Path);
        await sidecar.ReadyAsync();
        string big = new('v', 3_000_000);

        using HttpResponseMessage response = await sidecar.PostAsync(
            "/v1.0/publish/bulk/bus/numbers",
            $$$"""
            [{"entryId":"a","contentType":"application/json","event":1,"metadata":{"big":"{{{big}}}","mine":"yes"}},
             {"entryId":"b","contentType":"application/json","event":2}]
            """);
        Assert.True(response.IsSuccessStatusCode);
        await Eventually.TrueAsync(() => app.Numbers("/numbers").Contains(2), "the next one is delivered");

        Assert.Equal([1, 2], app.Numbers("/numbers"));
        Assert.Equal("yes", app.Received.First().Headers["Mine"]);
    }

    /// <summary>As many, and as much, as stand in the README go along whole.</summary>
    [Fact]
    public async Task Publish_MetadataWithinTheBounds_AllArrive()
    {
        await using TestApp app = await TestApp.StartAsync(_port, """[{"pubsubname":"bus","topic":"numbers","route":"/numbers"}]""");
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", _port)], _data.Path);
        await sidecar.ReadyAsync();

        await PublishAsync(sidecar, "some", new string('v', 180), 59);
        await Eventually.TrueAsync(() => !app.Received.IsEmpty, "it is delivered");

        IReadOnlyDictionary<string, Microsoft.Extensions.Primitives.StringValues> headers = app.Received.First().Headers;
        Assert.Equal(59, headers.Count(header => header.Key.StartsWith("Some-", StringComparison.Ordinal)));
        Assert.Equal("yes", headers["Mine"]);
        Assert.DoesNotContain(sidecar.Log.Lines, line => line.Contains("metadata", StringComparison.Ordinal));
    }

    private static bool IsABrowsers(string header) =>
        header.StartsWith("sec-fetch-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("origin", StringComparison.OrdinalIgnoreCase)
        || header.Equals("referer", StringComparison.OrdinalIgnoreCase);

    // By gRPC, where metadata stand in a message and not in an address.
    private static async Task PublishAsync(TestSidecar sidecar, string name, string value, int count)
    {
        var request = new PublishEventRequest
        {
            PubsubName = "bus",
            Topic = "numbers",
            Data = ByteString.CopyFromUtf8("1"),
            DataContentType = "application/json",
            Metadata = { ["mine"] = "yes" },
        };
        for (int i = 0; i < count; i++)
        {
            request.Metadata[count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{i}")] = value;
        }

        await sidecar.Dapr().PublishEventAsync(request);
    }
}
