using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Calls;

/// <summary>The app of a gRPC recording: answers as the one that was recorded, keeps what it gets.</summary>
internal interface ICallApp : IAsyncDisposable
{
    /// <summary>What has come to it, in order.</summary>
    IReadOnlyList<Event> Events { get; }

    /// <summary>How long nothing has come.</summary>
    TimeSpan Quiet { get; }

    Task StartAsync();

    Task StopAsync();
}
