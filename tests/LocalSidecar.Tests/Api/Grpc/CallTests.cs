using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LocalSidecar.Api;
using LocalSidecar.Tests.Support;
using TestSupport;
using CallMetadata = Grpc.Core.Metadata;
using DaprClient = Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient;

namespace LocalSidecar.Tests.Api.Grpc;

/// <summary>What holds for calls whatever they are about.</summary>
public sealed class CallTests
{
    private const int Limit = 4 << 20;

    [Fact]
    public async Task Receive_MessageOverTheLimit_IsRefusedWithItsSizeAndNothingIsBegun()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        SaveStateRequest request = Save("a", new string('x', Limit));

        Refusal refusal = await Refusal.OfAsync(sidecar.Dapr().SaveStateAsync(request));

        Assert.Equal(
            (StatusCode.ResourceExhausted, $"grpc: received message larger than max ({request.CalculateSize()} vs. {Limit})", 0),
            (refusal.Code, refusal.Message, refusal.Details.Count));
        Assert.Empty((await sidecar.Dapr().GetStateAsync(Get("a"))).Etag);
    }

    [Fact]
    public async Task Receive_MessageOfTheLimit_Passes()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        SaveStateRequest request = Save("a", new string('x', Limit - 100));
        request.States[0].Value = ByteString.CopyFrom(new byte[Limit - 100 + (Limit - request.CalculateSize())]);
        Assert.Equal(Limit, request.CalculateSize());

        await sidecar.Dapr().SaveStateAsync(request);

        Assert.NotEmpty((await sidecar.Dapr().GetBulkStateAsync(new GetBulkStateRequest { StoreName = "jobs", Keys = { "b" } })).Items);
    }

    [Fact]
    public async Task Send_AnswerOverTheLimit_IsRefusedWithItsSize()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        DaprClient dapr = sidecar.Dapr();
        await dapr.SaveStateAsync(Save("a", new string('x', 3 << 20)));

        Refusal refusal = await Refusal.OfAsync(
            dapr.GetBulkStateAsync(new GetBulkStateRequest { StoreName = "jobs", Keys = { "a", "a" } }));

        Assert.Equal(StatusCode.ResourceExhausted, refusal.Code);
        Assert.Matches($@"^grpc: trying to send message larger than max \(62\d{{5}} vs. {Limit}\)$", refusal.Message);
    }

    [Theory]
    [InlineData(null, "missing api token in request metadata")]
    [InlineData("nope", "authentication error: api token mismatch")]
    [InlineData("", "authentication error: api token mismatch")]
    public async Task Token_MissingOrWrong_IsUnauthenticatedWhateverIsCalled(string? token, string problem)
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)], tokens: new Tokens("secret", null));
        CallMetadata shown = token is null ? [] : new CallMetadata { { "dapr-api-token", token } };

        Refusal[] refusals =
        [
            await Refusal.OfAsync(sidecar.Dapr().GetStateAsync(Get("a"), shown)),
            await Refusal.OfAsync(sidecar.Dapr().TryLockAlpha1Async(new TryLockRequest(), shown)),
        ];

        Assert.All(refusals, refusal =>
        {
            Assert.Equal((StatusCode.Unauthenticated, "Unauthorized", "Unauthorized"), (refusal.Code, refusal.Message, refusal.Reason));
            Assert.Equal(("401", problem), (refusal.Info!.Metadata["http.code"], refusal.Info.Metadata["http.error_message"]));
        });
    }

    [Fact]
    public async Task Token_Right_IsAnsweredAndTheAppDoesNotSeeIt()
    {
        await using TestApp app = await TestApp.StartAsync(FreePort.Next(), null);
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", app.Port)], tokens: new Tokens("secret", "app-secret"));

        await sidecar.Dapr().InvokeServiceAsync(
            new InvokeServiceRequest
            {
                Id = "worker",
                Message = new InvokeRequest { Method = "x", HttpExtension = new HTTPExtension { Verb = HTTPExtension.Types.Verb.Get } },
            },
            new CallMetadata { { "dapr-api-token", "secret" } });

        Assert.Equal("app-secret", Assert.Single(app.Received).Headers["dapr-api-token"]);
    }

    [Fact]
    public async Task Method_ThatIsNotHere_IsUnimplementedWithASentence()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);

        Refusal refusal = await Refusal.OfAsync(sidecar.Dapr().TryLockAlpha1Async(new TryLockRequest()));

        Assert.Equal(StatusCode.Unimplemented, refusal.Code);
        Assert.StartsWith(
            "LocalSidecar has no method TryLockAlpha1 of dapr.proto.runtime.v1.Dapr: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_AppTakesLonger_IsExceededAndTheAppIsLetGo()
    {
        int port = FreePort.Next();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using WebApplication app = builder.Build();
        app.Map("/slow", async (HttpContext context) =>
        {
            context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        });
        await app.StartAsync();
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", port)]);

        Refusal refusal = await Refusal.OfAsync(sidecar.Dapr().InvokeServiceAsync(
            new InvokeServiceRequest
            {
                Id = "worker",
                Message = new InvokeRequest { Method = "slow", HttpExtension = new HTTPExtension { Verb = HTTPExtension.Types.Verb.Get } },
            },
            deadline: DateTime.UtcNow.AddMilliseconds(300)));

        Assert.Equal(StatusCode.DeadlineExceeded, refusal.Code);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Metadata_SeventyKilobytes_Pass()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);

        await sidecar.Dapr().GetStateAsync(Get("a"), new CallMetadata { { "x-long", new string('h', 70 << 10) } });
    }

    [Fact]
    public async Task Request_Gzipped_IsUnpacked()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);

        await sidecar.Dapr().SaveStateAsync(
            Save("a", new string('z', 10_000)), new CallMetadata { { "grpc-internal-encoding-request", "gzip" } });

        Assert.Equal(10_000, (await sidecar.Dapr().GetStateAsync(Get("a"))).Data.Length);
    }

    [Fact]
    public async Task Calls_SideBySideOnOneConnection_AreAllAnswered()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        DaprClient dapr = sidecar.Dapr();

        Empty[] answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(async i => await dapr.SaveStateAsync(Save($"k{i}", $"{i}"))));

        Assert.Equal(500, answers.Length);
        Assert.Equal("499", (await dapr.GetStateAsync(Get("k499"))).Data.ToStringUtf8());
    }

    private static SaveStateRequest Save(string key, string value) =>
        new() { StoreName = "jobs", States = { new StateItem { Key = key, Value = ByteString.CopyFromUtf8(value) } } };

    private static GetStateRequest Get(string key) => new() { StoreName = "jobs", Key = key };
}
