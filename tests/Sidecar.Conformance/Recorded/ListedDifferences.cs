namespace Sidecar.Conformance.Recorded;

/// <summary>A difference of LocalSidecar that is meant to be.</summary>
/// <param name="Recordings">The recordings in which it shows.</param>
/// <param name="Where">As in <see cref="Difference.Where"/>.</param>
/// <param name="What">As in <see cref="Difference.What"/>.</param>
/// <param name="Actual">What LocalSidecar does; null: whatever it is.</param>
/// <param name="Reason">Why that is right.</param>
internal sealed record ListedDifference(string[] Recordings, string Where, string What, string? Actual, string Reason)
{
    public bool Covers(Difference difference) =>
        difference.Where == Where && difference.What == What && (Actual is null || difference.Actual == Actual);

    public override string ToString() => $"{Where} | {What} | {Actual} | {Reason}";
}

/// <summary>All that LocalSidecar does otherwise than Dapr's sidecar did, and why.</summary>
internal static class ListedDifferences
{
    private const string Version = "1.18.2-local";

    private static readonly string[] Every = ["in-memory", "in-memory+retry", "in-memory+patient", "in-memory+tokens"];

    // Those whose sidecar had no policy for failed deliveries.
    private static readonly string[] NoPolicy = ["in-memory", "in-memory+tokens"];

    private static readonly ListedDifference[] All =
    [
        .. OfMetadata("body at $.runtimeVersion", $"\"{Version}\"", "Whoever asks must be able to tell LocalSidecar from daprd."),
        .. OfMetadata("body at $.extended.daprRuntimeVersion", $"\"{Version}\"", "As runtimeVersion."),
        .. OfMetadata("body at $.enabledFeatures", "nothing", "LocalSidecar has no features to turn on: it neither reloads resources nor runs workflows."),
        .. OfInvokedSelf("An app that calls itself is told who calls, as of Dapr 1.19; 1.18 told it of other apps' calls only."),
        new(NoPolicy, "/retry {\"a\":\"retry\"}", "times delivered", "3",
            "A message is delivered until it is handled; daprd without a policy loses one that asks to be retried."),
        new(NoPolicy, "/odd {\"a\":\"odd\"}", "times delivered", "2",
            "An unknown status word counts as a request to retry, as with daprd, and is retried without a policy."),
        new(NoPolicy, "/down {\"a\":\"down\"}", "times delivered", "1",
            "Messages wait for an app that is away; daprd without a policy loses them."),
        new(Every, "/ok bulkseq", "order", "as published",
            "The order of a topic is kept for each app, in bulks too; daprd publishes the entries of a bulk side by side."),
    ];

    public static IReadOnlyList<ListedDifference> In(string recording) => [.. All.Where(one => one.Recordings.Contains(recording))];

    /// <summary>What another version of daprd may say of itself than the recorded one.</summary>
    public static bool IsOfVersion(Difference difference) =>
        difference.What is "body at $.runtimeVersion" or "body at $.extended.daprRuntimeVersion" or "body at $.enabledFeatures";

    private static IEnumerable<ListedDifference> OfMetadata(string what, string actual, string reason) =>
        from exchange in new[] { "health and metadata #5", "metadata after put", "metadata at the end" }
        select new ListedDifference(Every, exchange, what, actual, reason);

    private static IEnumerable<ListedDifference> OfInvokedSelf(string reason) =>
    [
        .. from exchange in new[] { "invoke self", "invoke by header" }
        from header in new[] { ("dapr-caller-app-id", "worker"), ("dapr-caller-namespace", "default"), ("dapr-callee-app-id", "worker") }
        select new ListedDifference(Every, exchange, $"body at $.headers.{header.Item1}", $"\"{header.Item2}\"", reason),
        new(Every, "/echo/x {\"a\":1}", "headers", null, reason),
        new(Every, "/teapot {}", "headers", null, reason),
    ];
}
