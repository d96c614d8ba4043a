namespace LocalSidecar.Resources;

/// <summary>Which topics of a pub/sub component one app may publish to and subscribe to.</summary>
internal sealed class TopicScopes
{
    private readonly HashSet<string> _allowed;
    private readonly HashSet<string> _protected;
    private readonly HashSet<string> _publishing;
    private readonly HashSet<string> _subscribing;

    public TopicScopes(Component component, string app)
    {
        _allowed = List(component.Metadata.GetValueOrDefault("allowedTopics"));
        _protected = List(component.Metadata.GetValueOrDefault("protectedTopics"));
        _publishing = Scope(component.Metadata.GetValueOrDefault("publishingScopes"), app);
        _subscribing = Scope(component.Metadata.GetValueOrDefault("subscriptionScopes"), app);
    }

    public bool MayPublish(string topic) => IsAllowed(topic, _publishing);

    public bool MaySubscribe(string topic) => IsAllowed(topic, _subscribing);

    // An app without topics of its own may use every topic that is not protected.
    private bool IsAllowed(string topic, HashSet<string> own) =>
        (_allowed.Count == 0 || _allowed.Contains(topic))
        && ((own.Count == 0 && !_protected.Contains(topic)) || own.Contains(topic));

    private static HashSet<string> List(string? topics) =>
        [.. (topics ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static HashSet<string> Scope(string? scopes, string app)
    {
        foreach (string scope in (scopes ?? "").Split(';', StringSplitOptions.TrimEntries))
        {
            if (scope.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var topics] && name == app)
            {
                return List(topics);
            }
        }

        return [];
    }
}
