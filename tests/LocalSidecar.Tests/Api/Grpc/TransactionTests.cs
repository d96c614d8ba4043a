using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using LocalSidecar.Tests.Support;
using DaprClient = Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient;

namespace LocalSidecar.Tests.Api.Grpc;

public sealed class TransactionTests : IAsyncLifetime
{
    private TestSidecar _sidecar = null!;
    private DaprClient _dapr = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await TestSidecar.StartAsync([("worker", null)]);
        _dapr = _sidecar.Dapr();
    }

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Fact]
    public async Task Transaction_UpsertsAndDeletes_AreDoneTogether()
    {
        await _dapr.ExecuteStateTransactionAsync(Transaction(Upsert("a", "1"), Upsert("b", "{ \"n\" : 9007199254740993 }")));
        string etag = await EtagAsync("a");

        await _dapr.ExecuteStateTransactionAsync(Transaction(Upsert("a", "2", etag), Delete("b"), Upsert("c", "no JSON"), Delete("none")));

        Assert.Equal("2", await ValueAsync("a"));
        Assert.Empty(await EtagAsync("b"));
        Assert.Equal("no JSON", await ValueAsync("c"));
    }

    [Fact]
    public async Task Transaction_OneStaleEtag_IsInternalAndNothingIsDone()
    {
        await _dapr.ExecuteStateTransactionAsync(Transaction(Upsert("a", "1"), Upsert("b", "1")));

        Refusal refusal = await Refusal.OfAsync(_dapr.ExecuteStateTransactionAsync(Transaction(
            Upsert("c", "2"), Delete("b"), Upsert("a", "2", "00000000-0000-0000-0000-000000000000"))));

        Assert.Equal((StatusCode.Internal, "ERR_STATE_TRANSACTION"), (refusal.Code, refusal.Reason));
        Assert.StartsWith("error while executing state transaction: possible etag mismatch. ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("state etag not match for key=worker||a: ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("1", await ValueAsync("a"));
        Assert.Equal("1", await ValueAsync("b"));
        Assert.Empty(await EtagAsync("c"));
    }

    [Theory]
    [InlineData("patch")]
    [InlineData("UPSERT")]
    [InlineData("")]
    public async Task Transaction_UnknownOperation_IsUnimplementedAndNothingIsDone(string word)
    {
        Refusal refusal = await Refusal.OfAsync(_dapr.ExecuteStateTransactionAsync(Transaction(
            Upsert("a", "1"), new TransactionalStateOperation { OperationType = word, Request = new StateItem { Key = "b" } })));

        Assert.Equal(
            (StatusCode.Unimplemented, $"operation type {word} not supported", "ERR_NOT_SUPPORTED_STATE_OPERATION"),
            (refusal.Code, refusal.Message, refusal.Reason));
        Assert.Empty(await EtagAsync("a"));
    }

    [Fact]
    public async Task Transaction_OperationWithoutRequest_IsAnUpsertOfTheEmptyKey()
    {
        await _dapr.ExecuteStateTransactionAsync(Transaction(new TransactionalStateOperation { OperationType = "upsert" }));

        Assert.NotEmpty(await EtagAsync(""));
        Assert.Empty(await ValueAsync(""));
    }

    [Fact]
    public async Task Transaction_ContentTypeJson_IsIgnored()
    {
        TransactionalStateOperation upsert = Upsert("a", "{ no JSON");
        upsert.Request.Metadata["contentType"] = "application/json";

        await _dapr.ExecuteStateTransactionAsync(Transaction(upsert));

        Assert.Equal("{ no JSON", await ValueAsync("a"));
    }

    [Fact]
    public async Task Transaction_TimeToLive_CountsOfAnOperationOnly()
    {
        TransactionalStateOperation own = Upsert("a", "1");
        own.Request.Metadata["ttlInSeconds"] = "100";
        ExecuteStateTransactionRequest request = Transaction(own, Upsert("b", "1"));
        request.Metadata["ttlInSeconds"] = "1";

        await _dapr.ExecuteStateTransactionAsync(request);

        Assert.Single((await GetAsync("a")).Metadata);
        Assert.Empty((await GetAsync("b")).Metadata);
    }

    [Fact]
    public async Task Transaction_TwoThousandOperations_Pass()
    {
        await _dapr.ExecuteStateTransactionAsync(
            Transaction([.. Enumerable.Range(0, 2000).Select(static i => Upsert($"k{i}", $"value {i}"))]));

        Assert.Equal("value 1999", await ValueAsync("k1999"));
    }

    [Fact]
    public async Task Transaction_Nothing_IsFine() => await _dapr.ExecuteStateTransactionAsync(Transaction());

    private async Task<GetStateResponse> GetAsync(string key) =>
        await _dapr.GetStateAsync(new GetStateRequest { StoreName = "jobs", Key = key });

    private async Task<string> EtagAsync(string key) => (await GetAsync(key)).Etag;

    private async Task<string> ValueAsync(string key) => (await GetAsync(key)).Data.ToStringUtf8();

    private static ExecuteStateTransactionRequest Transaction(params TransactionalStateOperation[] operations) =>
        new() { StoreName = "jobs", Operations = { operations } };

    private static TransactionalStateOperation Upsert(string key, string value, string? etag = null) => new()
    {
        OperationType = "upsert",
        Request = new StateItem
        {
            Key = key,
            Value = ByteString.CopyFromUtf8(value),
            Etag = etag is null ? null : new Etag { Value = etag },
        },
    };

    private static TransactionalStateOperation Delete(string key) =>
        new() { OperationType = "delete", Request = new StateItem { Key = key } };
}
