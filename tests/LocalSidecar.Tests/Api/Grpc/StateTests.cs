using System.Globalization;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using LocalSidecar.Tests.Support;
using TestSupport;
using DaprClient = Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient;

namespace LocalSidecar.Tests.Api.Grpc;

public sealed class StateTests : IAsyncLifetime
{
    private const string Stale = "00000000-0000-0000-0000-000000000000";

    private TestSidecar _sidecar = null!;
    private DaprClient _dapr = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await TestSidecar.StartAsync([("worker", null)]);
        _dapr = _sidecar.Dapr();
    }

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Theory]
    [InlineData("{ \"id\":9007199254740993, \"b\" : 1 }")]
    [InlineData("no JSON at all")]
    [InlineData("null")]
    [InlineData("\u0000 hällo")]
    [InlineData("")]
    public async Task Save_AnyBytes_ComeBackAsTheyWereWithAnEtag(string value)
    {
        await _dapr.SaveStateAsync(Save(Item("a", value)));
        GetStateResponse found = await GetAsync("a");

        Assert.Equal(value, found.Data.ToStringUtf8());
        Assert.NotEmpty(found.Etag);
    }

    [Fact]
    public async Task Save_BytesThatAreNoText_ComeBackOverHttpToo()
    {
        byte[] bytes = [0, 255, 1, 254];
        await _dapr.SaveStateAsync(Save(new StateItem { Key = "a", Value = ByteString.CopyFrom(bytes) }));

        Assert.Equal(bytes, (await GetAsync("a")).Data.ToByteArray());
        Assert.Equal(bytes, await _sidecar.Http.GetByteArrayAsync(_sidecar.Url("/v1.0/state/jobs/a")));
    }

    [Fact]
    public async Task Get_ValueSavedOverHttp_IsReencodedAsHttpShowsIt()
    {
        using HttpResponseMessage saved = await _sidecar.PostAsync("/v1.0/state/jobs", """[{"key":"a","value":{ "b":1, "a":[ ] }}]""");

        GetStateResponse found = await GetAsync("a");

        Assert.Equal("""{"a":[],"b":1}""", found.Data.ToStringUtf8());
        Assert.Equal(found.Data.ToStringUtf8(), await _sidecar.Http.GetStringAsync(_sidecar.Url("/v1.0/state/jobs/a")));
    }

    [Fact]
    public async Task Get_NothingThere_IsEmptyWithoutAnEtag()
    {
        GetStateResponse found = await GetAsync("none");

        Assert.Equal((0, "", 0), (found.Data.Length, found.Etag, found.Metadata.Count));
    }

    [Theory]
    [InlineData("application/json", """{"a":9007199254740992,"b":"x"}""")]
    [InlineData("application/json; charset=utf-8", """{ "b":"x", "a":9007199254740993 }""")]
    public async Task Save_ContentTypeJson_IsReencodedOnlyForExactlyThisType(string contentType, string expected)
    {
        await _dapr.SaveStateAsync(Save(Item("a", """{ "b":"x", "a":9007199254740993 }""", contentType: contentType)));

        Assert.Equal(expected, (await GetAsync("a")).Data.ToStringUtf8());
    }

    [Theory]
    [InlineData("{nope", "invalid character 'n' looking for beginning of object key string")]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{\"a\":", "unexpected end of JSON input")]
    [InlineData("{} x", "invalid character 'x' after top-level value")]
    public async Task Save_ContentTypeJsonAndNoJson_IsUnknownAndNothingIsSaved(string value, string message)
    {
        Refusal refusal = await Refusal.OfAsync(_dapr.SaveStateAsync(
            Save(Item("good", "1"), Item("a", value, contentType: "application/json"))));

        Assert.Equal((StatusCode.Unknown, message, 0), (refusal.Code, refusal.Message, refusal.Details.Count));
        Assert.Empty((await GetAsync("good")).Etag);
    }

    [Theory]
    [InlineData(Stale, false)]
    [InlineData("999999", false)]
    [InlineData("wrong", false)]
    [InlineData(null, true)]
    [InlineData("", true)]
    public async Task Save_ConditionDoesNotHold_IsAborted(string? etag, bool firstWrite)
    {
        await _dapr.SaveStateAsync(Save(Item("a", "1")));

        Refusal refusal = await Refusal.OfAsync(_dapr.SaveStateAsync(Save(Item("a", "2", etag, firstWrite))));

        Assert.Equal((StatusCode.Aborted, "ERR_STATE_SAVE"), (refusal.Code, refusal.Reason));
        Assert.StartsWith(
            "failed saving state in state store jobs: possible etag mismatch. error from state store: ",
            refusal.Message,
            StringComparison.Ordinal);
        Assert.Equal("1", (await GetAsync("a")).Data.ToStringUtf8());
    }

    [Fact]
    public async Task Save_EtagRightOrEmpty_IsSaved()
    {
        await _dapr.SaveStateAsync(Save(Item("a", "1")));
        string first = (await GetAsync("a")).Etag;

        await _dapr.SaveStateAsync(Save(Item("a", "2", first)));
        await _dapr.SaveStateAsync(Save(Item("a", "3", "")));

        GetStateResponse found = await GetAsync("a");
        Assert.Equal("3", found.Data.ToStringUtf8());
        Assert.NotEqual(first, found.Etag);
    }

    [Fact]
    public async Task Save_SeveralOfWhichSomeAreStale_SavesTheRestAndNamesThemAll()
    {
        await _dapr.SaveStateAsync(Save(Item("a", "1"), Item("b", "1")));

        Refusal refusal = await Refusal.OfAsync(
            _dapr.SaveStateAsync(Save(Item("a", "2", Stale), Item("c", "2"), Item("b", "2", "wrong"))));

        Assert.Equal(StatusCode.Aborted, refusal.Code);
        Assert.Contains("key=worker||b: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(
            "\npossible etag mismatch. error from state store: state etag not match for key=worker||a: ", refusal.Message,
            StringComparison.Ordinal);
        Assert.Equal("112", string.Concat((await BulkAsync("a", "b", "c")).Select(static item => item.Data.ToStringUtf8())));
    }

    [Fact]
    public async Task Save_EmptyKey_RefusesTheWholeRequest()
    {
        Refusal refusal = await Refusal.OfAsync(_dapr.SaveStateAsync(Save(Item("good", "1"), Item("", "1"))));

        Assert.Equal(
            (StatusCode.InvalidArgument, "state key cannot be empty", "ERR_STATE_SAVE"), (refusal.Code, refusal.Message, refusal.Reason));
        Assert.Empty((await GetAsync("good")).Etag);
    }

    [Fact]
    public async Task Get_KeyWithBars_NamesKeyStoreAndReasonInThisOrder()
    {
        Refusal refusal = await Refusal.OfAsync(_dapr.GetStateAsync(new GetStateRequest { StoreName = "jobs", Key = "ü%||\n" }));

        Assert.Equal((StatusCode.InvalidArgument, "input key/keyPrefix 'ü%||\n' can't contain '||'"), (refusal.Code, refusal.Message));
        Assert.Equal("ü%||\n", Assert.Single(Assert.IsType<BadRequest>(refusal.Details[0]).FieldViolations).Field);
        Assert.Equal("jobs", Assert.IsType<ResourceInfo>(refusal.Details[1]).ResourceName);
        Assert.Equal("DAPR_STATE_ILLEGAL_KEY", Assert.IsType<ErrorInfo>(refusal.Details[2]).Reason);
    }

    [Fact]
    public async Task EveryCall_UnknownStore_IsInvalidArgumentEvenForNothing()
    {
        Refusal[] refusals =
        [
            await Refusal.OfAsync(_dapr.GetStateAsync(new GetStateRequest { StoreName = "nope", Key = "a" })),
            await Refusal.OfAsync(_dapr.GetBulkStateAsync(new GetBulkStateRequest { StoreName = "nope" })),
            await Refusal.OfAsync(_dapr.SaveStateAsync(new SaveStateRequest { StoreName = "nope" })),
            await Refusal.OfAsync(_dapr.DeleteStateAsync(new DeleteStateRequest { StoreName = "nope" })),
            await Refusal.OfAsync(_dapr.DeleteBulkStateAsync(new DeleteBulkStateRequest { StoreName = "nope" })),
            await Refusal.OfAsync(_dapr.ExecuteStateTransactionAsync(new ExecuteStateTransactionRequest { StoreName = "nope" })),
            await Refusal.OfAsync(_dapr.QueryStateAlpha1Async(new QueryStateRequest { StoreName = "nope", Query = "{}" })),
        ];

        Assert.All(refusals, static refusal =>
        {
            Assert.Equal((StatusCode.InvalidArgument, "state store nope is not found"), (refusal.Code, refusal.Message));
            Assert.Equal(("DAPR_STATE_NOT_FOUND", 0), (refusal.Reason, refusal.Info!.Metadata.Count));
        });
    }

    [Fact]
    public async Task Query_InMemoryStore_IsNotSupported()
    {
        Refusal refusal = await Refusal.OfAsync(_dapr.QueryStateAlpha1Async(new QueryStateRequest { StoreName = "jobs", Query = "{}" }));

        Assert.Equal(
            (StatusCode.Internal, "state store does not support querying", "DAPR_STATE_QUERYING_NOT_SUPPORTED"),
            (refusal.Code, refusal.Message, refusal.Reason));
    }

    [Fact]
    public async Task GetBulk_SeveralKeys_AnswersInTheOrderAskedFor()
    {
        await _dapr.SaveStateAsync(Save(Item("a", " 1"), Item("b", "no JSON")));

        IReadOnlyList<BulkStateItem> items = await BulkAsync("b", "none", "a", "b");

        Assert.Equal(
            [("b", "no JSON"), ("none", ""), ("a", " 1"), ("b", "no JSON")],
            items.Select(static item => (item.Key, item.Data.ToStringUtf8())));
        Assert.Equal([true, false, true, true], items.Select(static item => item.Etag.Length > 0));
    }

    [Fact]
    public async Task Save_TimeToLive_ShowsInMetadataUntilItIsSavedWithout()
    {
        await _dapr.SaveStateAsync(Save(Item("a", "1", timeToLive: "100"), Item("b", "1", timeToLive: "0")));

        string expiry = (await GetAsync("a")).Metadata["ttlExpireTime"];
        Assert.InRange(
            DateTimeOffset.Parse(expiry, CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.AddSeconds(30),
            DateTimeOffset.UtcNow.AddSeconds(101));
        Assert.Equal(expiry, Assert.Single(await BulkAsync("a")).Metadata["ttlExpireTime"]);
        Assert.Empty((await GetAsync("b")).Metadata);

        await _dapr.SaveStateAsync(Save(Item("a", "2")));
        Assert.Empty((await GetAsync("a")).Metadata);
    }

    [Fact]
    public async Task Save_TimeToLiveThatIsNoNumber_IsInternal()
    {
        Refusal refusal = await Refusal.OfAsync(_dapr.SaveStateAsync(Save(Item("a", "1", timeToLive: "x"))));

        Assert.Equal(
            (StatusCode.Internal, "failed saving state in state store jobs: strconv.Atoi: parsing \"x\": invalid syntax",
                "ERR_STATE_SAVE"),
            (refusal.Code, refusal.Message, refusal.Reason));
    }

    [Fact]
    public async Task Delete_StaleEtag_IsAbortedAndTheRightOneDeletes()
    {
        await _dapr.SaveStateAsync(Save(Item("a", "1")));

        Refusal refusal = await Refusal.OfAsync(_dapr.DeleteStateAsync(Delete("a", Stale)));
        string kept = (await GetAsync("a")).Etag;
        await _dapr.DeleteStateAsync(Delete("a", kept));
        await _dapr.DeleteStateAsync(Delete("a", ""));

        Assert.Equal((StatusCode.Aborted, "ERR_STATE_DELETE"), (refusal.Code, refusal.Reason));
        Assert.StartsWith("failed deleting state with key a: possible etag mismatch. ", refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty(kept);
        Assert.Empty((await GetAsync("a")).Etag);
    }

    [Fact]
    public async Task DeleteBulk_OneStale_DeletesTheRestAndIsAborted()
    {
        await _dapr.SaveStateAsync(Save(Item("a", "1"), Item("b", "1")));

        Refusal refusal = await Refusal.OfAsync(_dapr.DeleteBulkStateAsync(new DeleteBulkStateRequest
        {
            StoreName = "jobs",
            States = { Item("a", "", Stale), Item("b", ""), Item("none", "") },
        }));

        Assert.Equal((StatusCode.Aborted, "ERR_STATE_BULK_DELETE"), (refusal.Code, refusal.Reason));
        Assert.Equal([true, false], (await BulkAsync("a", "b")).Select(static item => item.Etag.Length > 0));
    }

    [Fact]
    public async Task Save_ThenRestart_KeepsBytesAndEtag()
    {
        using var folder = new TemporaryFolder();
        GetStateResponse before;
        await using (TestSidecar first = await TestSidecar.StartAsync([("worker", null)], folder.Path))
        {
            await first.Dapr().SaveStateAsync(Save(Item("a", "{ not \0 JSON")));
            before = await first.Dapr().GetStateAsync(new GetStateRequest { StoreName = "jobs", Key = "a" });
        }

        await using TestSidecar second = await TestSidecar.StartAsync([("worker", null)], folder.Path);

        Assert.Equal(before, await second.Dapr().GetStateAsync(new GetStateRequest { StoreName = "jobs", Key = "a" }));
        Assert.Equal("{ not \0 JSON", before.Data.ToStringUtf8());
    }

    private async Task<GetStateResponse> GetAsync(string key) =>
        await _dapr.GetStateAsync(new GetStateRequest { StoreName = "jobs", Key = key });

    private async Task<IReadOnlyList<BulkStateItem>> BulkAsync(params string[] keys) =>
        (await _dapr.GetBulkStateAsync(new GetBulkStateRequest { StoreName = "jobs", Keys = { keys }, Parallelism = 10 })).Items;

    private static SaveStateRequest Save(params StateItem[] items) => new() { StoreName = "jobs", States = { items } };

    private static DeleteStateRequest Delete(string key, string etag) =>
        new() { StoreName = "jobs", Key = key, Etag = new Etag { Value = etag } };

    private static StateItem Item(
        string key, string value, string? etag = null, bool firstWrite = false, string? timeToLive = null, string? contentType = null)
    {
        var item = new StateItem { Key = key, Value = ByteString.CopyFromUtf8(value) };
        if (etag is not null)
        {
            item.Etag = new Etag { Value = etag };
        }

        if (firstWrite)
        {
            item.Options = new StateOptions { Concurrency = StateOptions.Types.StateConcurrency.ConcurrencyFirstWrite };
        }

        if (timeToLive is not null)
        {
            item.Metadata["ttlInSeconds"] = timeToLive;
        }

        if (contentType is not null)
        {
            item.Metadata["contentType"] = contentType;
        }

        return item;
    }
}
