using System.IO.Pipelines;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using LocalSidecar.Api.Grpc;
using LocalSidecar.Api.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LocalSidecar.Tests.Api;

/// <summary>
/// L5's kind: most of a body or of a message at once, and then nothing. Kestrel's rate is the mean one, which such a body keeps for a
/// quarter of an hour; over gRPC there was no bound at all.
/// </summary>
public sealed class UnfinishedTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Body_OfWhichMostCameAtOnce_IsGivenUpWhenItsTimeIsOver()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[100_000]);

        BadHttpRequestException late = await Assert.ThrowsAsync<BadHttpRequestException>(
            () => RequestBody.ReadAsync(ContextOf(pipe.Reader), 4 << 20, Soon).AsTask());

        Assert.Equal(StatusCodes.Status408RequestTimeout, late.StatusCode);
    }

    [Fact]
    public async Task Message_OfWhichMostCameAtOnce_IsGivenUpWhenItsTimeIsOver()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[] { 0, 0, 0x10, 0, 0 });
        await pipe.Writer.WriteAsync(new byte[100_000]);
        HttpContext context = ContextOf(pipe.Reader);
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new GrpcMethodMetadata(typeof(string), new Unary())), ""));
        bool isCalled = false;

        await new GrpcGate(null!, new MessageSizes(4 << 20), Soon).MeasureAsync(context, _ =>
        {
            isCalled = true;
            return Task.CompletedTask;
        });

        Assert.False(isCalled);
        Assert.Equal(((int)StatusCode.DeadlineExceeded).ToString(), context.Response.Headers["grpc-status"]);
    }

    private static DefaultHttpContext ContextOf(PipeReader body)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new Body(body));
        return context;
    }

    private sealed class Body(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }

    private sealed class Unary : IMethod
    {
        public MethodType Type => MethodType.Unary;

        public string ServiceName => "Dapr";

        public string Name => "SaveState";

        public string FullName => "Dapr/SaveState";
    }
}
