namespace Dapr;

/// <summary>Everything that <c>WithTopic</c> can be told.</summary>
public class TopicOptions
{
    /// <summary>The topic; required.</summary>
    public string? Name { get; set; }

    /// <summary>The pub/sub component; required.</summary>
    public string? PubsubName { get; set; }

    /// <summary>True: the publisher's bytes are not a cloud event.</summary>
    public bool EnableRawPayload { get; set; }

    /// <summary>The CEL rule that an event must meet to come here; null: those that no rule takes.</summary>
    public string? Match { get; set; }

    /// <summary>When the rule is tried: lower first.</summary>
    public int Priority { get; set; }

    /// <summary>The ids of the metadata that is this topic's alone.</summary>
    public string[]? OwnedMetadatas { get; set; }

    /// <summary>What stands between several values of one name; a comma unless set.</summary>
    public string? MetadataSeparator { get; set; }

    /// <summary>The topic for events that fail; null: none.</summary>
    public string? DeadLetterTopic { get; set; }

    /// <summary>Names and values for the pub/sub component.</summary>
    public IDictionary<string, string>? Metadata { get; set; }
}
