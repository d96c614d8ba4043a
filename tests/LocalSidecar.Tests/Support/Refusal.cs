using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace LocalSidecar.Tests.Support;

/// <summary>A call over gRPC that was refused: its code, its message, and the details that stand in a trailer.</summary>
internal sealed record Refusal(StatusCode Code, string Message, IReadOnlyList<IMessage> Details)
{
    /// <summary>The word of <c>ErrorInfo</c>; null without one.</summary>
    public string? Reason => Info?.Reason;

    public ErrorInfo? Info => Details.OfType<ErrorInfo>().SingleOrDefault();

    public static async Task<Refusal> OfAsync<T>(AsyncUnaryCall<T> call)
    {
        RpcException refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        byte[]? bytes = refusal.Trailers.GetValueBytes("grpc-status-details-bin");
        Status? status = bytes is null ? null : Status.Parser.ParseFrom(bytes);
        if (status is not null)
        {
            Assert.Equal(((int)refusal.StatusCode, refusal.Status.Detail), (status.Code, status.Message));
        }

        return new Refusal(refusal.StatusCode, refusal.Status.Detail, [.. (status?.Details ?? []).Select(static any => any switch
        {
            _ when any.Is(ErrorInfo.Descriptor) => (IMessage)any.Unpack<ErrorInfo>(),
            _ when any.Is(ResourceInfo.Descriptor) => any.Unpack<ResourceInfo>(),
            _ => any.Unpack<BadRequest>(),
        })]);
    }
}
