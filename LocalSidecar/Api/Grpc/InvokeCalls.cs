using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LocalSidecar.Apps;
using LocalSidecar.Invoke;
using Microsoft.Net.Http.Headers;
using CallMetadata = Grpc.Core.Metadata;

namespace LocalSidecar.Api.Grpc;

/// <summary>Passes a call over gRPC on to an app of this process, by the protocol that it speaks.</summary>
internal sealed class InvokeCalls(Sidecar sidecar, Invocation invocation)
{
    private readonly GrpcInvocation _grpc = new(sidecar.App);

    public async Task<InvokeResponse> InvokeAsync(InvokeServiceRequest request, ServerCallContext call)
    {
        InvokeRequest message = request.Message ?? new InvokeRequest();
        string path = InvokedMethod.PathOf(request.Id, message.Method);
        App callee = invocation.Find(request.Id);
        if (callee.Channel.Grpc is not null)
        {
            return await PassOnAsync(request.Id, callee, message, call);
        }

        if (message.HttpExtension is not { } extension)
        {
            throw Invocation.Failed(request.Id, "rpc error: code = InvalidArgument desc = missing HTTP extension field");
        }

        if (extension.Verb == HTTPExtension.Types.Verb.None)
        {
            throw Invocation.Failed(request.Id, "rpc error: code = InvalidArgument desc = invalid HTTP verb");
        }

        string query = extension.Querystring.Length > 0 ? "?" + extension.Querystring : "";
        using var outgoing = new HttpRequestMessage(
            new HttpMethod(extension.Verb.ToString().ToUpperInvariant()), new Uri(callee.Channel.BaseUri!, path + query));
        outgoing.Content = Content(message);
        HttpContext context = call.GetHttpContext();
        InvokeHeaders.ToApp(context, outgoing);
        using HttpResponseMessage response = await invocation.SendAsync(
            request.Id,
            callee,
            outgoing,
            context.Request.Host.Value ?? "",
            CallTrace.ParentOf(context),
            Packing.Unpacked,
            call.CancellationToken);
        byte[] body = await ReadAsync(request.Id, response, call.CancellationToken);
        InvokeHeaders.ToCaller(context, response);
        await call.WriteResponseHeadersAsync([]);
        return response.IsSuccessStatusCode
            ? new InvokeResponse { Data = new Any { Value = UnsafeByteOperations.UnsafeWrap(body) }, ContentType = TypeOf(response) }
            : throw InvokeStatus.Of((int)response.StatusCode, body);
    }

    /// <summary>To an app that speaks gRPC: both messages and all metadata pass, and so does a failure.</summary>
    private async Task<InvokeResponse> PassOnAsync(string name, App callee, InvokeRequest message, ServerCallContext call)
    {
        string trace = CallTrace.ParentOf(call.GetHttpContext());
        GrpcAnswer<InvokeResponse> answer =
            await _grpc.SendAsync(name, callee, message, GrpcMetadata.Of(call.RequestHeaders), trace, call.CancellationToken);
        CallMetadata headers = GrpcMetadata.Of(answer.Headers);
        headers.Add("traceparent", trace.Length > 0 ? trace : AppChannel.NoTrace);
        await call.WriteResponseHeadersAsync(headers);
        foreach (CallMetadata.Entry entry in GrpcMetadata.Of(answer.Trailers))
        {
            call.ResponseTrailers.Add(entry);
        }

        GrpcMetadata.AddTrace(call.ResponseTrailers, trace);
        if (answer.Response is { } response)
        {
            response.Data ??= new Any();
            return response;
        }

        if (answer.Trailers.GetValueBytes(RpcFailure.DetailsKey) is { } details)
        {
            call.ResponseTrailers.Add(RpcFailure.DetailsKey, details);
        }

        throw new RpcException(new Status(answer.Status.StatusCode, answer.Status.Detail));
    }

    private static ByteArrayContent? Content(InvokeRequest message)
    {
        // A typed message is what it is, whatever the caller says.
        string contentType = message.Data is { TypeUrl.Length: > 0 } ? "application/x-protobuf" : message.ContentType;
        byte[] data = message.Data?.Value.ToByteArray() ?? [];
        bool isAlwaysSent = message.HttpExtension.Verb
            is HTTPExtension.Types.Verb.Post or HTTPExtension.Types.Verb.Put or HTTPExtension.Types.Verb.Patch;
        if (data.Length == 0 && contentType.Length == 0 && !isAlwaysSent)
        {
            return null;
        }

        var content = new ByteArrayContent(data);
        if (contentType.Length > 0)
        {
            content.Headers.TryAddWithoutValidation(HeaderNames.ContentType, contentType);
        }

        return content;
    }

    /// <summary>The app's answer as a whole: one that is larger than what may be sent to the caller is refused when it is sent.</summary>
    private static async Task<byte[]> ReadAsync(string app, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            throw Invocation.Failed(app, problem.Message);
        }
    }

    private static string TypeOf(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues(HeaderNames.ContentType, out System.Net.Http.Headers.HeaderStringValues values)
            ? values.ToString()
            : "";
}
