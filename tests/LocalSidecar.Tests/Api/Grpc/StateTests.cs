using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using LocalSidecar.Tests.Support;
using DaprClient = Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient;

namespace LocalSidecar.Tests.Api.Grpc;

public sealed class StateTests
{
    [Theory]
    [InlineData("{ \"id\":9007199254740993, \"b\" : 1 }")]
    [InlineData("no JSON at all")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Save_AnyBytes_ComeBackAsTheyWereWithAnEtag(string value)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        DaprClient dapr = sidecar.Dapr();

        await dapr.SaveStateAsync(Save(Item("a", value)));
        GetStateResponse found = await dapr.GetStateAsync(Get("a"));

        Assert.Equal(value, found.Data.ToStringUtf8());
        Assert.NotEmpty(found.Etag);
    }

    private static SaveStateRequest Save(params StateItem[] items) => new() { StoreName = "jobs", States = { items } };

    private static StateItem Item(string key, string value) => new() { Key = key, Value = ByteString.CopyFromUtf8(value) };

    private static GetStateRequest Get(string key) => new() { StoreName = "jobs", Key = key };
}
