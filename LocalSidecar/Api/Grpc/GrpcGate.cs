using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.Extensions.Primitives;

namespace LocalSidecar.Api.Grpc;

/// <summary>What stands before every call: its form, the token, the size of what comes.</summary>
/// <param name="sidecar">Whose calls.</param>
/// <param name="sizes">How large a message may be.</param>
/// <param name="within">How long the rest of a message may take behind its beginning.</param>
internal sealed class GrpcGate(Sidecar sidecar, MessageSizes sizes, TimeSpan within)
{
    /// <summary>What has come of a message lies in memory until the rest of it has.</summary>
    public static readonly TimeSpan MessageTime = TimeSpan.FromSeconds(60);

    private const int PrefixLength = 5;

    /// <summary>Lets pass what is a call and shows the token, even from those who name a method that is not there.</summary>
    public Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        if (CallForm.ProblemOf(context.Request) is { } problem)
        {
            return TrailersOnly.AnswerAsync(context, new RpcException(problem.Status), problem.HttpStatus);
        }

        StringValues shown = context.Request.Headers["dapr-api-token"];
        if (!sidecar.Tokens.Admit(shown.Count == 0 ? null : shown[0]))
        {
            return TrailersOnly.AnswerAsync(context, RpcFailure.Unauthorized(
                shown.Count == 0 ? "missing api token in request metadata" : "authentication error: api token mismatch"));
        }

        return next(context);
    }

    /// <summary>
    /// Refuses a message that cannot be taken, having read nothing of it but how long it is and how it is packed; and one that does not
    /// come to its end.
    /// </summary>
    public async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type == MethodType.Unary)
        {
            PipeReader body = context.Request.BodyReader;
            ReadResult read = await body.ReadAtLeastAsync(PrefixLength, context.RequestAborted);
            (Status? problem, uint length) = read.Buffer.Length < PrefixLength
                ? (null, 0)
                : ProblemOf(context.Request, read.Buffer.Slice(0, PrefixLength));
            bool isAllThere = read.IsCompleted || read.Buffer.Length >= PrefixLength + length;
            body.AdvanceTo(read.Buffer.Start);
            if (problem is null && !isAllThere && !await ArrivesAsync(body, PrefixLength + (int)length, context.RequestAborted))
            {
                problem = new Status(StatusCode.DeadlineExceeded, $"the message did not arrive within {within.TotalSeconds} s");
            }

            if (problem is { } status)
            {
                await TrailersOnly.AnswerAsync(context, new RpcException(status));
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
            : $"LocalSidecar has no method {path[(slash + 1)..]} of {path[1..slash]}: of gRPC it serves state, publishing, streams, "
                + "secrets, metadata, InvokeService and Shutdown; for others run Dapr's own sidecar";
        return TrailersOnly.AnswerAsync(context, new RpcException(new Status(StatusCode.Unimplemented, text)));
    }

    /// <summary>Whether the rest of a message comes in time; or its end too early, which is for others to tell.</summary>
    private async Task<bool> ArrivesAsync(PipeReader body, int bytes, CancellationToken aborted)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        over.CancelAfter(within);
        try
        {
            ReadResult read = await body.ReadAtLeastAsync(bytes, over.Token);
            body.AdvanceTo(read.Buffer.Start);
            return true;
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return false;
        }
    }

    private (Status? Problem, uint Length) ProblemOf(HttpRequest request, in ReadOnlySequence<byte> buffer)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.CopyTo(prefix);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > sizes.Max)
        {
            return (sizes.Received(length), length);
        }

        string encoding = request.Headers["grpc-encoding"].ToString();
        Status? problem = (prefix[0], encoding) switch
        {
            (0, _) or (_, "gzip") => null,
            (_, "" or "identity") => new Status(StatusCode.Internal, "grpc: compressed flag set with identity or empty encoding"),
            _ => new Status(StatusCode.Unimplemented, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\""),
        };
        return (problem, length);
    }
}
