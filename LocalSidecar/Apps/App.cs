using LocalSidecar.CommandLine;

namespace LocalSidecar.Apps;

/// <summary>One app, or one of its instances, as its sidecar knows it.</summary>
/// <param name="settings">What the command line or the run file says of it.</param>
/// <param name="token">What the sidecar shows to it; null for nothing.</param>
internal sealed class App(AppSettings settings, string? token)
{
    public AppSettings Settings { get; } = settings;

    public string Id => Settings.AppId;

    public AppChannel Channel { get; } = new(settings, token);

    /// <summary>The app runs several times, each instance with a sidecar of its own; a message goes to one of them.</summary>
    public bool HasOtherInstances { get; set; }

    /// <summary>The app has been asked for its subscriptions, or there is no app to ask.</summary>
    public bool IsReady { get; set; }
}
