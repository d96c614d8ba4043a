using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Sidecar;
using Autogen = Dapr.Client.Autogen.Grpc.v1;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>What the store sends and how it reads the answers, as recorded of a real sidecar.</summary>
public sealed class GrpcStateStoreTests
{
    private static readonly byte[] Odd = Encoding.UTF8.GetBytes("""{ "b":12345678901234567890123, "a" : 1.10, "é":"\u00e9" }""");

    [Fact]
    public async Task Get_DocumentAndETag_ComeByteForByte()
    {
        Autogen.GetStateRequest? asked = null;
        string token = "";
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            token = http.Request.Headers["dapr-api-token"].ToString();
            asked = await GrpcServer.ReadAsync<Autogen.GetStateRequest>(http);
            await GrpcServer.AnswerAsync(http, new Autogen.GetStateResponse { Data = ByteString.CopyFrom(Odd), Etag = "7" });
        });
        using GrpcStateStore store = Clients.Store(sidecar.Address, token: "secret");

        StoredItem? item = await store.GetAsync("key", "partition", CancellationToken.None);

        Assert.Equal((Encoding.UTF8.GetString(Odd), "7"), (Encoding.UTF8.GetString(item!.Value.Value.Span), item.Value.ETag));
        Assert.Equal(
            """{ "storeName": "jobs", "key": "key", "consistency": "CONSISTENCY_STRONG", "metadata": { "partitionKey": "partition" } }""",
            JsonFormatter.Default.Format(asked));
        Assert.Equal("secret", token);
    }

    /// <summary>Its component makes the level Session of "strong", without a session: older than one's own writes.</summary>
    [Fact]
    public async Task Get_OnCosmos_AsksForNoConsistency()
    {
        Autogen.GetStateRequest? asked = null;
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            asked = await GrpcServer.ReadAsync<Autogen.GetStateRequest>(http);
            await GrpcServer.AnswerAsync(http, new Autogen.GetStateResponse());
        });
        using GrpcStateStore store = Clients.Store(sidecar.Address, type: "state.azure.cosmosdb");

        await store.GetAsync("key", "partition", CancellationToken.None);

        Assert.Equal(Autogen.StateOptions.Types.StateConsistency.ConsistencyUnspecified, asked!.Consistency);
    }

    [Theory]
    [InlineData("failed to set key: RESPONSE 429: 429 Too Many Requests ERROR CODE: 429", true)]
    [InlineData("error executing transaction: transaction failed due to operation 3 which failed with status code 429", true)]
    [InlineData("error executing transaction: transaction failed due to operation 3 which failed with status code 412", false)]
    [InlineData("possible etag mismatch", false)]
    public async Task Transact_Failed_IsRefusedForNowWhereTheStoreIsBusyAndUnclearElse(string text, bool isBusy)
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => GrpcServer.FailAsync(http, StatusCode.Internal, text));
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        CallException failure = await Assert.ThrowsAnyAsync<CallException>(
            () => store.TransactAsync([new StateOperation("key", Odd)], "partition", CancellationToken.None));

        Assert.Equal(isBusy, failure is RefusedException { IsForNow: true });
        Assert.Equal(!isBusy, failure is UnclearException { IsAnswer: true });
    }

    /// <summary>Whatever was to be written, a smaller one is no help: the caller is told to come again, not to send less.</summary>
    [Theory]
    [InlineData("error in executing transaction: commit failed: No space left on device : '/data/state-000001.log'", true)]
    [InlineData("failed to write: There is not enough space on the disk.", true)]
    [InlineData("ERROR: could not extend file \"base/16384/16397\": No space left on device (SQLSTATE 53100)", true)]
    [InlineData("database or disk is full (13)", true)]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", true)]
    [InlineData("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", true)]
    [InlineData("value too long for type character varying(64) (SQLSTATE 22001)", false)]
    public async Task Transact_StoreIsFull_IsForNow(string text, bool isFull)
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => GrpcServer.FailAsync(http, StatusCode.Internal, text));
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        UnclearException failure = await Assert.ThrowsAsync<UnclearException>(
            () => store.TransactAsync([new StateOperation("key", Odd)], "partition", CancellationToken.None));

        Assert.True(failure.IsAnswer);
        Assert.Equal(isFull, failure.IsForNow);
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("", "7", true)]
    [InlineData("{}", "7", true)]
    public async Task Get_WithoutBytesAndETag_IsAbsent(string data, string etag, bool isThere)
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(
            http => GrpcServer.AnswerAsync(http, new Autogen.GetStateResponse { Data = ByteString.CopyFromUtf8(data), Etag = etag }));
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        Assert.Equal(isThere, await store.GetAsync("key", "partition", CancellationToken.None) is not null);
    }

    [Fact]
    public async Task GetMany_InAnyOrder_AreThoseThatExist()
    {
        Autogen.GetBulkStateRequest? asked = null;
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            asked = await GrpcServer.ReadAsync<Autogen.GetBulkStateRequest>(http);
            var odd = new Autogen.BulkStateItem { Key = "c", Data = ByteString.CopyFrom(Odd), Etag = "3" };
            await GrpcServer.AnswerAsync(http, Items(odd, new() { Key = "b" }, Item("a")));
        });
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        IReadOnlyDictionary<string, StoredItem> found = await store.GetManyAsync(["a", "b", "c"], "partition", CancellationToken.None);

        Assert.Equal(["a", "c"], found.Keys.Order());
        Assert.Equal((Encoding.UTF8.GetString(Odd), "3"), (Encoding.UTF8.GetString(found["c"].Value.Span), found["c"].ETag));
        Assert.Equal(
            """{ "storeName": "jobs", "keys": [ "a", "b", "c" ], "metadata": { "partitionKey": "partition" } }""",
            JsonFormatter.Default.Format(asked));
    }

    [Fact]
    public async Task GetMany_OneCannotBeRead_ThrowsAndIsNotAbsent()
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(
            http => GrpcServer.AnswerAsync(http, Items(Item("a"), new() { Key = "b", Error = "i/o timeout" })));
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        RefusedException failure = await Assert.ThrowsAsync<RefusedException>(
            () => store.GetManyAsync(["a", "b"], "partition", CancellationToken.None));

        Assert.Equal("Document 'b' could not be read: i/o timeout", failure.Message);
    }

    [Fact]
    public async Task GetMany_Nothing_AsksNobody()
    {
        using GrpcStateStore store = Clients.Store(new Uri("http://127.0.0.1:1"));

        Assert.Empty(await store.GetManyAsync([], "partition", CancellationToken.None));
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(9, 4)]
    [InlineData(8, 8)]
    public async Task GetMany_MoreThanTheSidecarAnswersAtOnce_ComesInParts(int keys, int atOnce)
    {
        var large = ByteString.CopyFrom(new byte[1_000_000]);
        Autogen.BulkStateItem Large(string key) => new() { Key = key, Data = large, Etag = key };
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            Autogen.GetBulkStateRequest asked = await GrpcServer.ReadAsync<Autogen.GetBulkStateRequest>(http);
            await (asked.Keys.Count > atOnce
                ? GrpcServer.FailAtOnceAsync(http, StatusCode.ResourceExhausted, "grpc: trying to send message larger than max (9 vs. 4)")
                : GrpcServer.AnswerAsync(http, Items([.. asked.Keys.Select(Large)])));
        });
        using GrpcStateStore store = Clients.Store(sidecar.Address);
        string[] wanted = [.. Enumerable.Range(0, keys).Select(number => $"key-{number}")];

        IReadOnlyDictionary<string, StoredItem> found = await Calls(store).GetManyAsync(wanted, "partition", CancellationToken.None);

        Assert.Equal(wanted, found.Values.Select(item => item.ETag).Order());
        Assert.All(found.Values, item => Assert.Equal(large.Length, item.Value.Length));
    }

    /// <summary>A sidecar's own limit is met by its client as one answer that is too large: those who call ask in halves.</summary>
    private static StoreCalls Calls(GrpcStateStore store) =>
        new(store, TimeSpan.FromSeconds(30), ShardBounds.Usual.StoreAway, TimeProvider.System);

    [Fact]
    public async Task GetMany_TheSidecarHasNoRoomAtAll_IsRefused()
    {
        int calls = 0;
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http =>
        {
            Interlocked.Increment(ref calls);
            return GrpcServer.FailAtOnceAsync(http, StatusCode.ResourceExhausted, "later");
        });
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        await Assert.ThrowsAsync<RefusedException>(
            () => Calls(store).GetManyAsync(["1", "2", "3", "4", "5", "6", "7", "8"], "partition", CancellationToken.None));

        Assert.Equal(4, calls);
    }

    [Theory]
    [InlineData("7", "\"etag\": { \"value\": \"7\" }, ")]
    [InlineData(null, "")]
    public async Task TrySave_IsAFirstWriteWithItsETag(string? etag, string sent)
    {
        Autogen.SaveStateRequest? asked = null;
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            asked = await GrpcServer.ReadAsync<Autogen.SaveStateRequest>(http);
            await GrpcServer.AnswerAsync(http, new Empty());
        });
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        Assert.True(await store.TrySaveAsync("key", "{}"u8.ToArray(), etag, "partition", CancellationToken.None));

        Assert.Equal(
            $$"""
            { "storeName": "jobs", "states": [ { "key": "key", "value": "e30=", {{sent}}"metadata": { "partitionKey": "partition" },
             "options": { "concurrency": "CONCURRENCY_FIRST_WRITE" } } ] }
            """.ReplaceLineEndings(""),
            JsonFormatter.Default.Format(asked));
    }

    [Fact]
    public async Task TrySave_StaleETag_IsFalse()
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(
            http => GrpcServer.FailAsync(http, StatusCode.Aborted, "possible etag mismatch"));
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        Assert.False(await store.TrySaveAsync("key", "{}"u8.ToArray(), "7", "partition", CancellationToken.None));
    }

    [Theory]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.Internal)]
    public async Task TrySave_NewButThere_IsFalseWhateverTheStoreCallsIt(StatusCode code)
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => GrpcServer.MethodOf(http) == "GetState"
            ? GrpcServer.AnswerAsync(http, new Autogen.GetStateResponse { Data = ByteString.CopyFromUtf8("{}"), Etag = "7" })
            : GrpcServer.FailAsync(http, code, "no item was updated"));
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        Assert.False(await store.TrySaveAsync("key", "{}"u8.ToArray(), null, "partition", CancellationToken.None));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("7")]
    public async Task TrySave_FailedForAnotherReason_IsUnclear(string? etag)
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => GrpcServer.MethodOf(http) == "GetState"
            ? GrpcServer.AnswerAsync(http, new Autogen.GetStateResponse())
            : GrpcServer.FailAsync(http, StatusCode.Internal, "the disk is full"));
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        UnclearException failure = await Assert.ThrowsAsync<UnclearException>(
            () => store.TrySaveAsync("key", "{}"u8.ToArray(), etag, "partition", CancellationToken.None));

        Assert.Equal("Internal: the disk is full", failure.Message);
    }

    [Fact]
    public async Task Transact_EveryKindOfOperation_IsSentAsItIs()
    {
        Autogen.ExecuteStateTransactionRequest? asked = null;
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            asked = await GrpcServer.ReadAsync<Autogen.ExecuteStateTransactionRequest>(http);
            await GrpcServer.AnswerAsync(http, new Empty());
        });
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        await store.TransactAsync(
            [
                new StateOperation("fenced", Odd, "7"),
                new StateOperation("plain", "{}"u8.ToArray()),
                new StateOperation("passing", "{}"u8.ToArray(), TtlSeconds: 60),
                new StateOperation("gone", null),
            ],
            "partition",
            CancellationToken.None);

        Assert.Equal(Odd, asked!.Operations[0].Request.Value.ToByteArray());
        asked.Operations[0].Request.Value = ByteString.Empty;
        Assert.Equal(
            """
            { "storeName": "jobs", "operations": [
             { "operationType": "upsert", "request": { "key": "fenced", "etag": { "value": "7" },
             "options": { "concurrency": "CONCURRENCY_FIRST_WRITE" } } },
             { "operationType": "upsert", "request": { "key": "plain", "value": "e30=" } },
             { "operationType": "upsert", "request": { "key": "passing", "value": "e30=", "metadata": { "ttlInSeconds": "60" } } },
             { "operationType": "delete", "request": { "key": "gone" } } ], "metadata": { "partitionKey": "partition" } }
            """.ReplaceLineEndings(""),
            JsonFormatter.Default.Format(asked));
    }

    [Fact]
    public async Task EmptyETag_WhichWouldBeNoneToTheSidecar_IsNotSent()
    {
        using GrpcStateStore store = Clients.Store(new Uri("http://127.0.0.1:1"));

        await Assert.ThrowsAsync<ArgumentException>(
            () => store.TrySaveAsync("key", "{}"u8.ToArray(), "", "partition", CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.TransactAsync([new StateOperation("key", "{}"u8.ToArray(), "")], "partition", CancellationToken.None));
    }

    private static Autogen.BulkStateItem Item(string key) => new() { Key = key, Data = ByteString.CopyFromUtf8("{}"), Etag = "1" };

    private static Autogen.GetBulkStateResponse Items(params Autogen.BulkStateItem[] items) => new() { Items = { items } };
}
