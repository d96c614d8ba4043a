using Sidecar.Conformance.Calls;

namespace Sidecar.Conformance.Recorded;

/// <summary>A difference of LocalSidecar that is meant to be.</summary>
/// <param name="Recordings">The recordings in which it shows.</param>
/// <param name="Where">As in <see cref="Difference.Where"/>; <c>*</c>: it shows at one place at least.</param>
/// <param name="What">As in <see cref="Difference.What"/>.</param>
/// <param name="Actual">What LocalSidecar does (a code without its message); null: whatever it is.</param>
/// <param name="Reason">Why that is right.</param>
internal sealed record ListedDifference(string[] Recordings, string Where, string What, string? Actual, string Reason)
{
    public bool Covers(Difference difference) =>
        (Where == "*" || difference.Where == Where) && difference.What == What && (Actual is null || difference.Actual == Actual
            || (What == "code" && difference.Actual.StartsWith(Actual + ":", StringComparison.Ordinal)));

    public override string ToString() => $"{Where} | {What} | {Actual} | {Reason}";
}

/// <summary>All that LocalSidecar does otherwise than Dapr's sidecar did, and why.</summary>
internal static class ListedDifferences
{
    private const string Version = "1.18.2-local";

    private static readonly string[] Every = ["in-memory", "in-memory+retry", "in-memory+patient", "in-memory+tokens"];

    // Those whose sidecar had no policy for failed deliveries.
    private static readonly string[] NoPolicy = ["in-memory", "in-memory+tokens"];

    private const string DaprService = "/dapr.proto.runtime.v1.Dapr/";

    // Methods by a word of their names, and what they belong to.
    private static readonly (string Word, string Name)[] Rooms =
    [
        ("Actor", "actors"), ("Workflow", "workflows"), ("Job", "jobs"), ("TryLock", "locks"), ("Unlock", "locks"),
        ("Configuration", "configuration"),
        ("Subtle", "cryptography"), ("Converse", "conversation"), ("InvokeBinding", "bindings"), ("NoSuchMethod", "such method"),
    ];

    private static readonly string[] VersionMembers = ["runtimeVersion", "extended.daprRuntimeVersion", "enabledFeatures"];

    // As in the recordings over HTTP: what is lost there is delivered here.
    private static readonly ListedDifference[] Calls =
    [
        new(NoPolicy, "OnTopicEvent:retry-RUN {\"a\":\"retry\"}", "times delivered", "3",
            "A message is delivered until it is handled; daprd without a policy loses one that asks to be retried."),
        new(NoPolicy, "OnTopicEvent:odd-RUN {\"a\":\"odd\"}", "times delivered", "2",
            "An unknown status counts as a request to retry, as with daprd, and is retried without a policy."),
        new(NoPolicy, "OnTopicEvent:internalonce-RUN {\"a\":\"internalonce\"}", "times delivered", "2",
            "A failed delivery is tried again; daprd without a policy loses it."),
        new(NoPolicy, "OnTopicEvent:notfound-RUN {\"a\":\"notfound\"}", "times delivered", "many",
            "A failed delivery is tried again; daprd without a policy loses it."),
        new(NoPolicy, "OnTopicEvent:down-RUN {\"a\":\"down\"}", "times delivered", "1",
            "Messages wait for an app that is away; daprd without a policy loses them."),
        new(Every, "OnTopicEvent:down-RUN {\"a\":\"back\"}", "times delivered", "1",
            "An app that is back is found at once; daprd's connection to it waits first, and loses what comes meanwhile."),
        new(Every, "grpc: invoke the app that is back", "code", "OK", "As above."),
    ];

    private static readonly ListedDifference[] All =
    [
        .. OfMetadata("body at $.runtimeVersion", $"\"{Version}\"", "Whoever asks must be able to tell LocalSidecar from daprd."),
        .. OfMetadata("body at $.extended.daprRuntimeVersion", $"\"{Version}\"", "As runtimeVersion."),
        .. OfMetadata(
            "body at $.enabledFeatures",
            "nothing",
            "LocalSidecar has no features to turn on: it neither reloads resources nor runs workflows."),
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

    /// <summary>What differs in one app's part of a gRPC recording.</summary>
    public static IReadOnlyList<ListedDifference> In(string recording, CallRecording calls) =>
        [.. InAnswers(calls), .. InDeliveries(recording, calls), .. InMetadata(calls)];

    /// <summary>What another version of daprd may say of itself than the recorded one.</summary>
    public static bool IsOfVersion(Difference difference) =>
        VersionMembers.Any(member => difference.What.EndsWith($" at $.{member}", StringComparison.Ordinal)
            || difference.What.Contains($" at $.{member}[", StringComparison.Ordinal));

    private static IEnumerable<ListedDifference> InAnswers(CallRecording calls)
    {
        foreach (CallExchange exchange in calls.Exchanges)
        {
            string? what = Lacking(exchange);
            if (what is null || exchange.Status == "UNAUTHENTICATED")
            {
                continue;
            }

            // daprd says UNIMPLEMENTED of its own accord for little, and then in other words and from its handler.
            string reason = $"LocalSidecar has no {what} and says so.";
            if (exchange.Status != "UNIMPLEMENTED")
            {
                yield return new ListedDifference(Every, exchange.Where, "code", "Unimplemented", reason);
                continue;
            }

            yield return new ListedDifference(Every, exchange.Where, "message", null, reason);
            if (!exchange.TrailersOnly)
            {
                yield return new ListedDifference(Every, exchange.Where, "trailers only", "True", reason);
            }
        }

        foreach (WireExchange exchange in calls.Wire.Where(one => one.Request.Path.EndsWith("/NoSuchMethod", StringComparison.Ordinal)))
        {
            yield return new ListedDifference(
                Every,
                $"wire: {exchange.Name}",
                "code",
                "Unimplemented",
                "A method that is not there is UNIMPLEMENTED in gRPC; daprd proxies.");
        }

        foreach (string label in calls.Deliveries.Where(one => one.Method?.StartsWith("/echo.Echo/", StringComparison.Ordinal) == true)
            .SelectMany(one => CallEvent.Of(one, "RUN")).Select(one => one.Label).Distinct())
        {
            yield return new ListedDifference(Every, label, "times delivered", "0", "LocalSidecar proxies no calls.");
        }
    }

    /// <summary>What it would take to answer this as daprd does, and LocalSidecar has not.</summary>
    private static string? Lacking(CallExchange exchange)
    {
        if (exchange.Method.Length > 0 && !exchange.Method.StartsWith(DaprService, StringComparison.Ordinal))
        {
            return "other services, and no proxying to any";
        }

        string method = exchange.Method.Length == 0 ? "" : exchange.Method[DaprService.Length..];
        return Rooms.FirstOrDefault(room => method.Contains(room.Word, StringComparison.Ordinal)).Name;
    }

    private static IEnumerable<ListedDifference> InMetadata(CallRecording calls) =>
        from exchange in calls.Exchanges
        where exchange.Method == DaprService + "GetMetadata" && exchange.Code == 0
        from member in VersionMembers
        select new ListedDifference(
            Every,
            exchange.Where,
            $"response at $.{member}",
            member == "enabledFeatures" ? "nothing" : $"\"{Version}\"",
            "Whoever asks must be able to tell LocalSidecar from daprd.");

    private static IEnumerable<ListedDifference> InDeliveries(string recording, CallRecording calls) =>
        calls.Exchanges[0].App == "grpc" ? Calls.Where(one => one.Recordings.Contains(recording)) : [];

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
