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
        new(Every, "OnInvoke:echo x", "times delivered", "2", "As above."),
        new(Every, "ListTopicSubscriptions {}", "times delivered", "2",
            "An app that is back is asked again: it may have been changed meanwhile. daprd asks once."),
        new(NoPolicy, "grpc: stream:s-RUN {\"a\":\"retry\"}", "times delivered", "3",
            "An event is delivered until it is handled, on a stream too; daprd without a policy loses one that asks to be retried."),
        new(NoPolicy, "grpc: stream:s-RUN {\"a\":\"odd\"}", "times delivered", "2",
            "An unknown status counts as a request to retry, as with daprd, and is retried without a policy."),
        .. from number in Enumerable.Range(0, 4)
           select new ListedDifference(Every, $"{CallEvent.AnyStream}:s-RUN {{\"both\":{number}}}", "times delivered", "1",
               "Streams of one app share a topic's events like instances of it; daprd's in-memory bus gives all of them to each."),
        .. from data in new[] { "{\"a\":\"unanswered\"}", "{\"after\":1}" }
           select new ListedDifference(Every, $"{CallEvent.AnyStream}:s-RUN {data}", "times delivered", "1",
               "What no stream has answered goes to the next one; daprd loses it, and all after one of two streams has closed."),
        .. from number in new[] { 1, 2 }
           select new ListedDifference(Every, $"grpc: to the stream: held {number}", "code", "OK",
               "A publisher does not wait until somebody has handled the event, as it does for daprd's in-memory bus."),
        .. from name in new[]
           {
               "first message is no initial request", "unknown pubsub", "empty pubsub", "empty topic", "closed before the initial request",
           }
           select new ListedDifference(Every, $"grpc: stream: {name}", "trailers only", "True", OneBlock),
    ];

    private const string OneBlock = "A failure before any message comes in one block of headers; to a client it is the same.";

    private static readonly ListedDifference[] HealthCalls =
    [
        new(Every, "OnTopicEvent:ok-RUN {\"a\":\"unhealthy\"}", "times delivered", "1",
            "Messages wait for an app that is not well; daprd's in-memory bus loses them."),
    ];

    private static readonly ListedDifference[] HttpCalls =
    [
        new(Every, "http: contentType JSON: value that is no JSON", "trailers only", "True", OneBlock),
        new(Every, "http: contentType JSON: no value", "trailers only", "True", OneBlock),
        new(Every, "wire: no message at all (given up after 4 s)", "answer", "Internal: Incomplete message.",
            "A request that has ended without a message is refused; daprd lets its sender wait."),
        new(Every, "wire: two messages", "code", "Internal", TwoMessages),
        new(Every, "wire: two messages", "bytes", "", TwoMessages),
    ];

    private const string TwoMessages = "A call of one message with two is refused; daprd takes the first. No client sends two.";

    private const string WhoCalls = "An app that calls itself is told who calls, as of Dapr 1.19; 1.18 told it of other apps' calls only.";

    private static readonly (string Name, string Value)[] Caller =
        [("dapr-callee-app-id", "worker"), ("dapr-caller-app-id", "worker"), ("dapr-caller-namespace", "default")];

    private static readonly ListedDifference[] All =
    [
        .. OfMetadata("body at $.runtimeVersion", $"\"{Version}\"", "Whoever asks must be able to tell LocalSidecar from daprd."),
        .. OfMetadata("body at $.extended.daprRuntimeVersion", $"\"{Version}\"", "As runtimeVersion."),
        .. OfMetadata(
            "body at $.enabledFeatures",
            "nothing",
            "LocalSidecar has no features to turn on: it neither reloads resources nor runs workflows."),
        .. OfInvokedSelf(WhoCalls),
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
        [
            .. InAnswers(calls), .. InDeliveries(recording, calls), .. InMetadata(calls), .. InInvocations(calls), .. InBulks(calls),
            .. NoPolicy.Contains(recording) ? InRetries(calls) : [],
        ];

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

    private static IEnumerable<ListedDifference> InDeliveries(string recording, CallRecording calls)
    {
        ListedDifference[] ofApp = calls.Exchanges[0].App switch { "grpc" => Calls, "health" => HealthCalls, _ => HttpCalls };
        return ofApp.Where(one => one.Recordings.Contains(recording));
    }

    /// <summary>Who calls, as the invoked app sees it and as it tells its caller.</summary>
    private static IEnumerable<ListedDifference> InInvocations(CallRecording calls)
    {
        foreach ((CallExchange exchange, string what) in calls.Exchanges.Select(one => (one, CallComparison.EchoedHeaders(one))))
        {
            foreach ((string name, string value) in what.Length > 0 ? Caller : [])
            {
                yield return new ListedDifference(Every, exchange.Where, $"{what}.{name}", $"\"{value}\"", WhoCalls);
            }
        }

        foreach (IGrouping<string, Event> invocation in Events(calls)
            .Where(one => one.Label.StartsWith("OnInvoke", StringComparison.Ordinal)
                || one.Headers.Contains("dapr-authority", StringComparison.Ordinal))
            .GroupBy(one => one.Label))
        {
            string actual = string.Join("\n  or ", invocation.Select(one => WithCaller(one.Headers)).Distinct());
            yield return new ListedDifference(Every, invocation.Key, "headers", actual, WhoCalls);
        }
    }

    /// <summary>The headers as recorded, and in their order those that tell who calls.</summary>
    private static string WithCaller(string headers)
    {
        List<string> parts = [.. headers.Split("; ")];
        int at = parts.FindIndex(part => string.CompareOrdinal(part, "dapr-callee") > 0);
        parts.InsertRange(at < 0 ? parts.Count : at, Caller.Select(one => $"{one.Name}: {one.Value}"));
        return string.Join("; ", parts);
    }

    /// <summary>Entries of a bulk that daprd's Go had no map of metadata for.</summary>
    private static IEnumerable<ListedDifference> InBulks(CallRecording calls) =>
        from entry in Events(calls)
        where entry.Label.StartsWith("/bulk ", StringComparison.Ordinal)
        group entry.Text by entry.Label into texts
        let actual = texts.Select(text => text.Replace("\"metadata\":null", "\"metadata\":{}", StringComparison.Ordinal)).Except(texts)
        where actual.Any()
        select new ListedDifference(
            Every,
            texts.Key,
            "event",
            string.Join("\n  or ", actual),
            "No metadata are an empty object, whoever published; to a client both are none.");

    /// <summary>The same event as recorded, answered with success in the end.</summary>
    private static IEnumerable<ListedDifference> InRetries(CallRecording calls) =>
        from one in Events(calls)
        where one.Label is "OnTopicEvent:retry-RUN {\"a\":\"retry\"}" or "OnTopicEvent:odd-RUN {\"a\":\"odd\"}"
            or "OnTopicEvent:internalonce-RUN {\"a\":\"internalonce\"}"
        let received = one.Text[..one.Text.LastIndexOf(" -> ", StringComparison.Ordinal)]
        select new ListedDifference(NoPolicy, one.Label, "event", received + " -> {}", "As it is tried again.");

    private static IEnumerable<Event> Events(CallRecording calls) => calls.Deliveries.SelectMany(one => CallEvent.Of(one, "RUN"));

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
