using LocalSidecar.Invoke;

namespace LocalSidecar.Api.Grpc;

/// <summary>Dapr's gRPC service of one sidecar, its calls by what they are about. <see cref="DaprMethods"/> names them.</summary>
/// <param name="sidecar">Whose.</param>
/// <param name="invocation">Its way to the apps of this process.</param>
/// <param name="streams">Its streams.</param>
/// <param name="shutdown">Called when the app has been answered that its sidecar stops.</param>
internal sealed class DaprService(Sidecar sidecar, Invocation invocation, StreamCalls streams, Action shutdown)
{
    public StateCalls State { get; } = new(sidecar);

    public PublishCalls Publish { get; } = new(sidecar);

    public InvokeCalls Invoke { get; } = new(sidecar, invocation);

    public OtherCalls Other { get; } = new(sidecar, shutdown);

    public StreamCalls Streams => streams;
}
