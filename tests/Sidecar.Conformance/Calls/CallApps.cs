namespace Sidecar.Conformance.Calls;

/// <summary>The app that a part of a recording was made with.</summary>
internal static class CallApps
{
    private const string Subscriptions = "/dapr.proto.runtime.v1.AppCallback/ListTopicSubscriptions";

    public static ICallApp Of(CallRecording recording, int port, string run) => recording.Exchanges[0].App == "http"
        ? new HttpCallApp(port, run)
        : new GrpcCallApp(port, run, recording.Deliveries.First(delivery => delivery.Method == Subscriptions).Answer!);
}
