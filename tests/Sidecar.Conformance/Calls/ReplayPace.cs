namespace Sidecar.Conformance.Calls;

/// <summary>How long a replay waits where the recording script has waited.</summary>
/// <param name="Silence">By how much the recorded silences are multiplied.</param>
/// <param name="AppAway">How long the app is away.</param>
/// <param name="Settled">After how long a silence nothing more is expected.</param>
/// <param name="NoAnswer">When a request that was never answered is given up.</param>
internal sealed record ReplayPace(double Silence, TimeSpan AppAway, TimeSpan Settled, TimeSpan NoAnswer)
{
    /// <summary>As recorded.</summary>
    public static ReplayPace Real { get; } = new(1, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
}
