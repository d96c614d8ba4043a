namespace Dapr.Client;

/// <summary>What a sidecar says of itself.</summary>
/// <param name="id">The application's id.</param>
/// <param name="actors">Actors it hosts.</param>
/// <param name="extended">Attributes by name.</param>
/// <param name="components">Components loaded.</param>
public sealed class DaprMetadata(
    string id,
    IReadOnlyList<DaprActorMetadata> actors,
    IReadOnlyDictionary<string, string> extended,
    IReadOnlyList<DaprComponentsMetadata> components)
{
    /// <summary>The application's id.</summary>
    public string Id { get; } = id;

    /// <summary>Actors it hosts.</summary>
    public IReadOnlyList<DaprActorMetadata> Actors { get; } = actors;

    /// <summary>Attributes by name, <c>SetMetadataAsync</c>'s among them.</summary>
    public IReadOnlyDictionary<string, string> Extended { get; } = extended;

    /// <summary>Components loaded.</summary>
    public IReadOnlyList<DaprComponentsMetadata> Components { get; } = components;
}

/// <summary>A kind of actor and how many are active.</summary>
/// <param name="type">The kind.</param>
/// <param name="count">How many.</param>
public sealed class DaprActorMetadata(string type, int count)
{
    /// <summary>The kind.</summary>
    public string Type { get; } = type;

    /// <summary>How many are active.</summary>
    public int Count { get; } = count;
}

/// <summary>A component of a sidecar.</summary>
/// <param name="name">Its name.</param>
/// <param name="type">Its type, such as <c>state.redis</c>.</param>
/// <param name="version">Its version, such as <c>v1</c>.</param>
/// <param name="capabilities">Words such as <c>ETAG</c> and <c>TRANSACTIONAL</c>.</param>
public sealed class DaprComponentsMetadata(string name, string type, string version, string[] capabilities)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its type, such as <c>state.redis</c>.</summary>
    public string Type { get; } = type;

    /// <summary>Its version, such as <c>v1</c>.</summary>
    public string Version { get; } = version;

    /// <summary>Words such as <c>ETAG</c> and <c>TRANSACTIONAL</c>.</summary>
    public string[] Capabilities { get; } = capabilities;
}
