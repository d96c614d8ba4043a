using System.Text;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using LocalSidecar.Apps;
using LocalSidecar.Invoke;
using LocalSidecar.Json;
using Microsoft.Net.Http.Headers;
using CallMetadata = Grpc.Core.Metadata;

namespace LocalSidecar.Api.Http;

/// <summary>Passes a call over HTTP on to an app that speaks gRPC, as one message each way.</summary>
internal sealed class GrpcAppCall(Sidecar sidecar)
{
    // Details of these types are shown; others are left out, since nothing here knows their members.
    private static readonly TypeRegistry Details =
        TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor, StructReflection.Descriptor, WrappersReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Details));

    private readonly GrpcInvocation _invocation = new(sidecar.App);

    /// <param name="context">The exchange.</param>
    /// <param name="name">The app's name as the caller gave it.</param>
    /// <param name="callee">Found by that name.</param>
    /// <param name="path">With a slash in front.</param>
    /// <param name="query">Without the question mark; may be empty.</param>
    public async Task PassOnAsync(HttpContext context, string name, App callee, string path, string query)
    {
        using RequestBody body = await RequestBody.ReadAsItIsAsync(context, sidecar.Settings.MaxBodySize)
            ?? throw Invocation.Failed(name, "stream too large");
        var request = new InvokeRequest
        {
            Method = path.TrimStart('/'),
            ContentType = context.Request.ContentType ?? "",
            Data = new Any { Value = ByteString.CopyFrom(body.Span) },
            HttpExtension = new HTTPExtension { Querystring = query, Verb = Verb(context.Request.Method) },
        };
        GrpcAnswer<InvokeResponse> answer = await _invocation.SendAsync(
            name,
            callee,
            request,
            // The name that the sidecar was called by is none of the app's business; to daprd it is no header.
            GrpcMetadata.With(context.Request.Headers.Where(static header => header.Key != HeaderNames.Host).Select(
                static header => KeyValuePair.Create(HttpNames.ToMetadata(header.Key), header.Value.ToString()))),
            Answer.TraceOf(context),
            context.RequestAborted);
        foreach (CallMetadata.Entry entry in answer.Headers.Where(static entry => !entry.IsBinary && GrpcMetadata.CanCarry(entry.Key)))
        {
            context.Response.Headers.Append(entry.Key, entry.Value);
        }

        if (answer.Response is not { } response)
        {
            int code = (int)answer.Status.StatusCode;
            int status = GrpcCode.ToHttpStatus(answer.Status.StatusCode);
            await Answer.SendAsync(context, status, Text(code, answer), "text/plain; charset=utf-8");
            return;
        }

        await Answer.SendAsync(context, 200, response.Data?.Value.ToByteArray() ?? [], response.ContentType);
    }

    /// <summary>The failure as <c>google.rpc.Status</c> in JSON.</summary>
    private static byte[] Text(int code, GrpcAnswer<InvokeResponse> answer)
    {
        var output = new ByteBuffer();
        output.WriteText($"{{\"code\":{code},\"message\":");
        GoString.Write(output, answer.Status.Detail);
        List<string> details =
        [
            .. DetailsOf(answer)
                .Where(static detail => Details.Find(Any.GetTypeName(detail.TypeUrl)) is not null)
                .Select(static detail => Formatter.Format(detail)),
        ];
        if (details.Count > 0)
        {
            output.Write(",\"details\":"u8);
            GoJson.Write(output, Encoding.UTF8.GetBytes($"[{string.Join(',', details)}]"), keepDigits: true);
        }

        output.Write((byte)'}');
        return output.ToArray();
    }

    private static RepeatedField<Any> DetailsOf(GrpcAnswer<InvokeResponse> answer)
    {
        try
        {
            return answer.Trailers.GetValueBytes("grpc-status-details-bin") is { } bytes ? Status.Parser.ParseFrom(bytes).Details : [];
        }
        catch (InvalidProtocolBufferException)
        {
            return [];
        }
    }

    private static HTTPExtension.Types.Verb Verb(string method) =>
        System.Enum.TryParse(method, ignoreCase: true, out HTTPExtension.Types.Verb verb) ? verb : HTTPExtension.Types.Verb.None;
}
