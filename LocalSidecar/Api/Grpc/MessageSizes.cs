using Google.Protobuf;
using Grpc.Core;

namespace LocalSidecar.Api.Grpc;

/// <summary>Reads and writes messages, and refuses to send those that are too large, in daprd's words.</summary>
/// <param name="Max">In bytes, each way.</param>
internal sealed record MessageSizes(long Max)
{
    public Marshaller<T> Marshaller<T>()
        where T : class, IMessage<T>, IBufferMessage, new()
    {
        var parser = new MessageParser<T>(static () => new T());
        return Marshallers.Create(Write, context => Read(parser, context));
    }

    /// <summary>What is said of a message that came and is too large.</summary>
    public Status Received(long bytes) =>
        new(StatusCode.ResourceExhausted, $"grpc: received message larger than max ({bytes} vs. {Max})");

    private void Write<T>(T message, SerializationContext context)
        where T : class, IMessage<T>, IBufferMessage
    {
        int bytes = message.CalculateSize();
        if (bytes > Max)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"grpc: trying to send message larger than max ({bytes} vs. {Max})"));
        }

        context.SetPayloadLength(bytes);
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static T Read<T>(MessageParser<T> parser, DeserializationContext context)
        where T : class, IMessage<T>, IBufferMessage
    {
        try
        {
            return parser.ParseFrom(context.PayloadAsReadOnlySequence());
        }
        catch (InvalidProtocolBufferException)
        {
            throw new RpcException(new Status(
                StatusCode.Internal, "grpc: error unmarshalling request: proto: cannot parse invalid wire-format data"));
        }
    }
}
