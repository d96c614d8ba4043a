namespace LocalSidecar.Api.Grpc;

/// <summary>Dapr's gRPC service of one sidecar, its calls by what they are about. <see cref="DaprMethods"/> names them.</summary>
/// <param name="sidecar">Whose.</param>
/// <param name="streams">Its streams.</param>
/// <param name="shutdown">Called when the app has been answered that its sidecar stops.</param>
internal sealed class DaprService(Sidecar sidecar, StreamCalls streams, Action shutdown)
{
    public StateCalls State { get; } = new(sidecar);

    public PublishCalls Publish { get; } = new(sidecar);

    public OtherCalls Other { get; } = new(sidecar, shutdown);

    public StreamCalls Streams => streams;
}
