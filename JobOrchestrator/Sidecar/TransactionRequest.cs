using System.Buffers;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Sidecar;

/// <summary>
/// Dapr's <c>ExecuteStateTransactionRequest</c>, written from the operations themselves. It is on every commit's way, with each document.
/// </summary>
/// <param name="StoreName">The component.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Operations">What it does.</param>
internal sealed record TransactionRequest(string StoreName, string Partition, IReadOnlyList<StateOperation> Operations)
{
    /// <summary>The call.</summary>
    public static readonly Method<TransactionRequest, Empty> Call = new(
        MethodType.Unary,
        "dapr.proto.runtime.v1.Dapr",
        "ExecuteStateTransaction",
        Marshallers.Create<TransactionRequest>(
            static (request, context) => request.Write(context), static _ => throw new NotSupportedException("It is only sent.")),
        Marshallers.Create<Empty>(
            static (_, _) => throw new NotSupportedException("It is only received."),
            static context => Empty.Parser.ParseFrom(context.PayloadAsReadOnlySequence())));

    // StateOptions with the first member, the concurrency, being CONCURRENCY_FIRST_WRITE.
    private const int FirstWriteLength = 2;
    private const byte FirstWrite = 1;

    private void Write(SerializationContext context)
    {
        int head = MessageWriter.LengthOf(StoreName);
        int tail = MessageWriter.LengthOf(PairLength("partitionKey", Partition));
        int length = head + tail;
        foreach (StateOperation operation in Operations)
        {
            length = checked(length + MessageWriter.LengthOf(LengthOf(operation)));
        }

        context.SetPayloadLength(length);
        IBufferWriter<byte> output = context.GetBufferWriter();
        new MessageWriter(output.GetSpan(head)).Write(1, StoreName);
        output.Advance(head);
        foreach (StateOperation operation in Operations)
        {
            int size = LengthOf(operation);
            int whole = MessageWriter.LengthOf(size);
            var writer = new MessageWriter(output.GetSpan(whole));
            writer.Begin(2, size);
            Write(ref writer, operation);
            output.Advance(whole);
        }

        var last = new MessageWriter(output.GetSpan(tail));
        WritePair(ref last, 3, "partitionKey", Partition);
        output.Advance(tail);
        context.Complete();
    }

    /// <summary>A <c>TransactionalStateOperation</c>.</summary>
    private static void Write(ref MessageWriter writer, in StateOperation operation)
    {
        writer.Write(1, WordOf(operation));
        writer.Begin(2, ItemLength(operation));
        writer.Write(1, operation.Key);
        if (operation.Value is { Length: > 0 } value)
        {
            writer.Write(2, value);
        }

        if (operation.ETag is { } etag)
        {
            writer.Begin(3, MessageWriter.LengthOf(etag));
            writer.Write(1, etag);
        }

        if (operation.TtlSeconds is { } ttl)
        {
            WritePair(ref writer, 4, "ttlInSeconds", ttl.ToString(CultureInfo.InvariantCulture));
        }

        if (IsFirstWrite(operation))
        {
            writer.Begin(5, FirstWriteLength);
            writer.Write(1, FirstWrite);
        }
    }

    private static int LengthOf(in StateOperation operation) =>
        MessageWriter.LengthOf(WordOf(operation)) + MessageWriter.LengthOf(ItemLength(operation));

    /// <summary>Of a <c>StateItem</c>.</summary>
    private static int ItemLength(in StateOperation operation) =>
        MessageWriter.LengthOf(operation.Key)
        + (operation.Value is { Length: > 0 } value ? MessageWriter.LengthOf(value.Length) : 0)
        + (operation.ETag is { } etag ? MessageWriter.LengthOf(MessageWriter.LengthOf(etag)) : 0)
        + (operation.TtlSeconds is { } ttl
            ? MessageWriter.LengthOf(PairLength("ttlInSeconds", ttl.ToString(CultureInfo.InvariantCulture))) : 0)
        + (IsFirstWrite(operation) ? MessageWriter.LengthOf(FirstWriteLength) : 0);

    private static string WordOf(in StateOperation operation) => operation.Value is null ? "delete" : "upsert";

    private static bool IsFirstWrite(in StateOperation operation) => operation.ETag is not null || operation.IfAbsent;

    private static int PairLength(string name, string value) => MessageWriter.LengthOf(name) + MessageWriter.LengthOf(value);

    /// <summary>One pair of a map.</summary>
    private static void WritePair(ref MessageWriter writer, int member, string name, string value)
    {
        writer.Begin(member, PairLength(name, value));
        writer.Write(1, name);
        writer.Write(2, value);
    }
}
