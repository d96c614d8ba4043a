using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using JobOrchestrator.Shards;
using JobOrchestrator.Sidecar;
using Autogen = Dapr.Client.Autogen.Grpc.v1;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>What a commit sends, read by Dapr's own class.</summary>
public sealed class TransactionRequestTests
{
    [Fact]
    public async Task Transact_EachKindOfOperation_IsWhatDaprReads()
    {
        byte[] value = Encoding.UTF8.GetBytes("""{"a":"é"}""");
        Autogen.ExecuteStateTransactionRequest sent = await SendAsync(
            [
                new StateOperation("shard-0", value, "17"),
                new StateOperation("gone", null),
                new StateOperation("kept for a while", value, TtlSeconds: 3_600),
                new StateOperation("new", value, IfAbsent: true),
                new StateOperation("ключ", value, "é", 1),
            ],
            "shard-0");

        Assert.Equal(
            """
            { "storeName": "jobs", "operations": [
            { "operationType": "upsert", "request": { "key": "shard-0", "value": "eyJhIjoiw6kifQ==", "etag": { "value": "17" },
            "options": { "concurrency": "CONCURRENCY_FIRST_WRITE" } } },
            { "operationType": "delete", "request": { "key": "gone" } },
            { "operationType": "upsert", "request": { "key": "kept for a while", "value": "eyJhIjoiw6kifQ==",
            "metadata": { "ttlInSeconds": "3600" } } },
            { "operationType": "upsert", "request": { "key": "new", "value": "eyJhIjoiw6kifQ==",
            "options": { "concurrency": "CONCURRENCY_FIRST_WRITE" } } },
            { "operationType": "upsert", "request": { "key": "ключ", "value": "eyJhIjoiw6kifQ==", "etag": { "value": "é" },
            "metadata": { "ttlInSeconds": "1" }, "options": { "concurrency": "CONCURRENCY_FIRST_WRITE" } } }
            ], "metadata": { "partitionKey": "shard-0" } }
            """.ReplaceLineEndings(" "),
            JsonFormatter.Default.Format(sent));
    }

    /// <summary>Where a length takes one byte more.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(2_097_151)]
    [InlineData(2_097_152)]
    public async Task Transact_DocumentOfAnyLength_ComesByteForByte(int length)
    {
        byte[] value = new byte[length];
        new Random(length).NextBytes(value);

        Autogen.ExecuteStateTransactionRequest sent = await SendAsync(
            [new StateOperation("a", value), new StateOperation("b", null)], "p");

        Assert.Equal(["upsert", "delete"], sent.Operations.Select(operation => operation.OperationType));
        Assert.True(value.AsSpan().SequenceEqual(sent.Operations[0].Request.Value.Span));
        Assert.Equal("b", sent.Operations[1].Request.Key);
    }

    [Fact]
    public async Task Transact_EmptyETag_IsNotSent()
    {
        await using GrpcServer sidecar = await GrpcServer.StartAsync(http => throw new InvalidOperationException("It was asked."));
        using GrpcStateStore store = Clients.Store(sidecar.Address);

        await Assert.ThrowsAsync<ArgumentException>(
            () => store.TransactAsync([new StateOperation("key", [1], "")], "partition", CancellationToken.None));
    }

    private static async Task<Autogen.ExecuteStateTransactionRequest> SendAsync(IReadOnlyList<StateOperation> operations, string partition)
    {
        Autogen.ExecuteStateTransactionRequest? sent = null;
        await using GrpcServer sidecar = await GrpcServer.StartAsync(async http =>
        {
            sent = await GrpcServer.ReadAsync<Autogen.ExecuteStateTransactionRequest>(http);
            await GrpcServer.AnswerAsync(http, new Empty());
        });
        using GrpcStateStore store = Clients.Store(sidecar.Address);
        await store.TransactAsync(operations, partition, CancellationToken.None);
        return sent!;
    }
}
