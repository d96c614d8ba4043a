namespace LocalSidecar.Resources;

/// <summary>The policies of one resiliency file that concern deliveries.</summary>
/// <param name="Name">The document's name.</param>
/// <param name="Scopes">The apps it holds for; empty for all.</param>
/// <param name="Inbound">By pub/sub component.</param>
/// <param name="Default">For pub/sub components that it does not name.</param>
internal sealed record Resiliency(
    string Name, IReadOnlyList<string> Scopes, IReadOnlyDictionary<string, DeliveryPolicy> Inbound, DeliveryPolicy Default)
{
    private static readonly string[] RetryDefaults =
        ["DefaultPubsubComponentInboundRetryPolicy", "DefaultComponentInboundRetryPolicy", "DefaultRetryPolicy"];

    private static readonly string[] TimeoutDefaults =
        ["DefaultPubsubComponentInboundTimeoutPolicy", "DefaultComponentInboundTimeoutPolicy", "DefaultTimeoutPolicy"];

    public bool IsFor(string app) => Scopes.Count == 0 || Scopes.Contains(app);

    public DeliveryPolicy For(string pubsub) => Inbound.TryGetValue(pubsub, out DeliveryPolicy? policy) ? policy : Default;

    public static Resiliency Read(YamlMap document)
    {
        YamlMap spec = document.Map("spec") ?? throw document.Wrong("'spec' is missing");
        YamlMap? policies = spec.Map("policies");
        var retries = new Dictionary<string, RetryPolicy>(StringComparer.Ordinal);
        foreach (string name in policies?.Map("retries")?.Names ?? [])
        {
            retries[name] = RetryPolicy.Read(policies!.Map("retries")!.Map(name)!);
        }

        var timeouts = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (string name in policies?.Map("timeouts")?.Names ?? [])
        {
            timeouts[name] = policies!.Map("timeouts")!.Duration(name) ?? throw policies.Wrong($"the timeout '{name}' is empty");
        }

        var standard = new DeliveryPolicy(
            RetryDefaults.Select(retries.GetValueOrDefault).FirstOrDefault(static policy => policy is not null),
            TimeoutDefaults.Where(timeouts.ContainsKey).Select(name => Limit(timeouts[name])).FirstOrDefault());

        var inbound = new Dictionary<string, DeliveryPolicy>(StringComparer.Ordinal);
        YamlMap? components = spec.Map("targets")?.Map("components");
        foreach (string component in components?.Names ?? [])
        {
            if (components!.Map(component)?.Map("inbound") is { } target)
            {
                inbound[component] = new DeliveryPolicy(
                    Named(target, "retry", retries) ?? standard.Retry,
                    target.Text("timeout") is { Length: > 0 } timeout
                        ? timeouts.TryGetValue(timeout, out TimeSpan value)
                            ? Limit(value)
                            : throw target.Wrong($"there is no timeout policy '{timeout}'")
                        : standard.Timeout);
            }
        }

        return new Resiliency(document.Map("metadata")?.Text("name") ?? "", document.Texts("scopes"), inbound, standard);
    }

    /// <summary>None, or less, is no limit, as for daprd.</summary>
    private static TimeSpan? Limit(TimeSpan timeout) => timeout > TimeSpan.Zero ? timeout : null;

    private static RetryPolicy? Named(YamlMap target, string name, Dictionary<string, RetryPolicy> policies) =>
        target.Text(name) is not { Length: > 0 } policy ? null
        : policies.TryGetValue(policy, out RetryPolicy? found) ? found
        : throw target.Wrong($"there is no retry policy '{policy}'");
}

/// <summary>What a resiliency file says about the deliveries of one component; null parts for nothing.</summary>
internal sealed record DeliveryPolicy(RetryPolicy? Retry, TimeSpan? Timeout)
{
    public static readonly DeliveryPolicy None = new(null, null);
}
