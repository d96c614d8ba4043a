using Dapr;
using Dapr.Client;
using Grpc.Core;
using Grpc.Net.Client;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Sidecar;

/// <summary>
/// The gRPC channel to the sidecar, tuned alike for Dapr's client and for the generated one. Where the sidecar is and which token it
/// wants is said by Dapr's own settings, configuration first, then environment: <c>DAPR_GRPC_ENDPOINT</c>, or <c>DAPR_GRPC_PORT</c>
/// (50001) on this machine, and <c>DAPR_API_TOKEN</c>.
/// </summary>
internal static class SidecarChannel
{
    public static DaprClientBuilder UseSidecarChannel(this DaprClientBuilder builder) => builder.UseGrpcChannelOptions(Options());

    /// <summary>A channel of its own; whoever asks disposes of it.</summary>
    public static GrpcChannel Open(IConfiguration configuration) =>
        GrpcChannel.ForAddress(DaprDefaults.GetDefaultGrpcEndpoint(configuration), Options());

    /// <summary>The token that the sidecar wants; null or empty: none.</summary>
    public static string? Token(IConfiguration configuration) => DaprDefaults.GetDefaultDaprApiToken(configuration);

    /// <summary>The same, as a call shows it.</summary>
    public static Metadata Headers(string? apiToken) =>
        string.IsNullOrEmpty(apiToken) ? [] : new Metadata { { "dapr-api-token", apiToken } };

    // What is not here is the channel's default and wanted: HTTP/2 over as many connections as the calls need (a connection carries 100).
    private static GrpcChannelOptions Options() => new()
    {
        // The channel's own, but for the proxy: a sidecar on this machine is asked directly, be there a NO_PROXY or not.
        HttpHandler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,

            // A bulk read of jobs comes in one go: by default every answer begins with 64 KiB, and waits to hear that more may come.
            InitialHttp2StreamWindowSize = 1 << 20,
            Proxy = new LoopbackDirect(HttpClient.DefaultProxy),
        },
        DisposeHttpClient = true,

        // Answers have the size of what they hold. 4 MiB, the default, is less than a bulk read of a page of large jobs: the sidecar's own
        // limit is met by asking in halves, the client's would be met for ever.
        MaxReceiveMessageSize = null,
        MaxSendMessageSize = null,

        // By default 1 s, growing to 2 minutes, in which calls fail at once though the sidecar is back.
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
        MaxReconnectBackoff = TimeSpan.FromMilliseconds(500),

        // Options of one's own replace all of Dapr's, this one too: a call that was cancelled looks so.
        ThrowOperationCanceledOnCancellation = true,
    };
}
