namespace Dapr.AspNetCore;

/// <summary>Endpoint metadata: events of a topic come many at a time.</summary>
public interface IBulkSubscribeMetadata
{
    /// <summary>How many at most.</summary>
    int MaxMessagesCount { get; }

    /// <summary>How long the sidecar waits for more, in milliseconds.</summary>
    int MaxAwaitDurationMs { get; }

    /// <summary>The topic.</summary>
    string TopicName { get; }
}

/// <summary>Goes with <see cref="TopicAttribute"/>: events of that topic come many at a time.</summary>
/// <param name="topicName">The topic.</param>
/// <param name="maxMessagesCount">How many at most.</param>
/// <param name="maxAwaitDurationMs">How long the sidecar waits for more, in milliseconds.</param>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public class BulkSubscribeAttribute(string topicName, int maxMessagesCount, int maxAwaitDurationMs) : Attribute, IBulkSubscribeMetadata
{
    /// <summary>100 at a time, after at most a second.</summary>
    public BulkSubscribeAttribute(string topicName)
        : this(topicName, 100)
    {
    }

    /// <summary>So many at a time, after at most a second.</summary>
    public BulkSubscribeAttribute(string topicName, int maxMessagesCount)
        : this(topicName, maxMessagesCount, 1000)
    {
    }

    /// <inheritdoc/>
    public int MaxMessagesCount { get; } = maxMessagesCount;

    /// <inheritdoc/>
    public int MaxAwaitDurationMs { get; } = maxAwaitDurationMs;

    /// <inheritdoc/>
    public string TopicName { get; } = topicName;
}

/// <summary>What <c>WithBulkSubscribe</c> can be told.</summary>
public class BulkSubscribeTopicOptions
{
    /// <summary>How many at most; 100.</summary>
    public int MaxMessagesCount { get; set; } = 100;

    /// <summary>How long the sidecar waits for more, in milliseconds; 1000.</summary>
    public int MaxAwaitDurationMs { get; set; } = 1000;

    /// <summary>The topic; required.</summary>
    public string? TopicName { get; set; }
}
