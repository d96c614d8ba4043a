using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.Extensions.Primitives;

namespace LocalSidecar.Api.Grpc;

/// <summary>What stands before every call: the token, the trace of the answer, the size of what comes.</summary>
internal sealed class GrpcGate(Sidecar sidecar, MessageSizes sizes)
{
    private const int PrefixLength = 5;

    /// <summary>Asks for the token, even from those who name a method that is not there.</summary>
    public Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        if (sidecar.Tokens.Api is { } token)
        {
            StringValues shown = context.Request.Headers["dapr-api-token"];
            if (shown.Count == 0 || shown[0] != token)
            {
                return TrailersOnly.AnswerAsync(context, RpcFailure.Unauthorized(
                    shown.Count == 0 ? "missing api token in request metadata" : "authentication error: api token mismatch"));
            }
        }

        context.Response.Headers[CallTrace.BinaryKey] = CallTrace.ToBinary(CallTrace.ParentOf(context));
        return next(context);
    }

    /// <summary>Refuses a message that is too large before anything of it has been read but its length.</summary>
    public async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type == MethodType.Unary)
        {
            PipeReader body = context.Request.BodyReader;
            ReadResult prefix = await body.ReadAtLeastAsync(PrefixLength, context.RequestAborted);
            long length = LengthOf(prefix.Buffer);
            body.AdvanceTo(prefix.Buffer.Start);
            if (length > sizes.Max)
            {
                await TrailersOnly.AnswerAsync(context, new RpcException(sizes.Received(length)));
                return;
            }
        }

        await next(context);
    }

    /// <summary>Says of a method that it is not here.</summary>
    public static Task LackAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        int slash = path.LastIndexOf('/');
        string text = slash <= 0
            ? $"malformed method name: \"{path}\""
            : $"LocalSidecar has no method {path[(slash + 1)..]} of {path[1..slash]}: of gRPC it serves state, publishing, secrets, "
                + "metadata, InvokeService and Shutdown; for others run Dapr's own sidecar";
        return TrailersOnly.AnswerAsync(context, new RpcException(new Status(StatusCode.Unimplemented, text)));
    }

    private static long LengthOf(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < PrefixLength)
        {
            return 0;
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        return BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
    }
}
