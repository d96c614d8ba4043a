namespace Dapr;

/// <summary>Endpoint metadata: the endpoint takes events of a topic.</summary>
public interface ITopicMetadata
{
    /// <summary>The topic.</summary>
    string Name { get; }

    /// <summary>The pub/sub component.</summary>
    string PubsubName { get; }

    /// <summary>The CEL rule that an event must meet to come here; null: those that no rule takes.</summary>
    string? Match { get; }

    /// <summary>When the rule is tried: lower first.</summary>
    int Priority { get; }
}

/// <summary>Endpoint metadata: whether events come without an envelope.</summary>
public interface IRawTopicMetadata
{
    /// <summary>True: the publisher's bytes are not a cloud event.</summary>
    bool? EnableRawPayload { get; }
}

/// <summary>Endpoint metadata: where events go that the endpoint cannot handle.</summary>
public interface IDeadLetterTopicMetadata
{
    /// <summary>The topic; null: none.</summary>
    string? DeadLetterTopic { get; }
}

/// <summary>Endpoint metadata: one name and value for the pub/sub component.</summary>
public interface IOriginalTopicMetadata
{
    /// <summary>Which topic of the endpoint it is for; null: all.</summary>
    string? Id { get; }

    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>The value.</summary>
    string Value { get; }
}

/// <summary>Endpoint metadata: which names and values are a topic's.</summary>
public interface IOwnedOriginalTopicMetadata
{
    /// <summary>The ids of those that are this topic's alone.</summary>
    string[]? OwnedMetadatas { get; }

    /// <summary>What stands between several values of one name; a comma unless set.</summary>
    string? MetadataSeparator { get; }
}
