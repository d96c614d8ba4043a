namespace Dapr.AspNetCore;

/// <summary>Events of a topic, as a bulk subscription gets them.</summary>
/// <typeparam name="TValue">The type of the events, envelope and all.</typeparam>
public class BulkSubscribeMessage<TValue>
{
    /// <summary>Makes an empty one, to be filled by deserialization.</summary>
    public BulkSubscribeMessage()
    {
    }

    /// <summary>Makes one of entries.</summary>
    public BulkSubscribeMessage(List<BulkSubscribeMessageEntry<TValue>> entries, string topic, Dictionary<string, string> metadata)
    {
        Entries = entries;
        Topic = topic;
        Metadata = metadata;
    }

    /// <summary>The events.</summary>
    public List<BulkSubscribeMessageEntry<TValue>> Entries { get; set; } = [];

    /// <summary>The topic.</summary>
    public string Topic { get; set; } = "";

    /// <summary>Names and values from the pub/sub component.</summary>
    public Dictionary<string, string> Metadata { get; set; } = [];
}

/// <summary>One event of a bulk.</summary>
/// <typeparam name="TValue">The type of the event, envelope and all.</typeparam>
public class BulkSubscribeMessageEntry<TValue>
{
    /// <summary>Makes an empty one, to be filled by deserialization.</summary>
    public BulkSubscribeMessageEntry()
    {
    }

    /// <summary>Makes one of an event.</summary>
    public BulkSubscribeMessageEntry(string entryId, string contentType, Dictionary<string, string> metadata, TValue eventData)
    {
        EntryId = entryId;
        ContentType = contentType;
        Metadata = metadata;
        Event = eventData;
    }

    /// <summary>Names the event in the answer.</summary>
    public string EntryId { get; set; } = "";

    /// <summary>What the event is, such as <c>application/cloudevents+json</c>.</summary>
    public string ContentType { get; set; } = "";

    /// <summary>Names and values from the pub/sub component.</summary>
    public Dictionary<string, string> Metadata { get; set; } = [];

    /// <summary>The event.</summary>
    public TValue Event { get; set; } = default!;
}
