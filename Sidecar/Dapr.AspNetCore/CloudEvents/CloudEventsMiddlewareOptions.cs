namespace Dapr;

/// <summary>How cloud events are opened.</summary>
public class CloudEventsMiddlewareOptions
{
    /// <summary>True: data that is text stays a JSON string, quotes and escapes included.</summary>
    public bool SuppressJsonDecodingOfTextPayloads { get; set; }

    /// <summary>True: the members of the envelope become request headers <c>Cloudevent.{member}</c>, in lower case.</summary>
    public bool ForwardCloudEventPropertiesAsHeaders { get; set; }

    /// <summary>Only these members become headers; null: all but the excluded.</summary>
    public string[]? IncludedCloudEventPropertiesAsHeaders { get; set; }

    /// <summary>These members do not become headers.</summary>
    public string[]? ExcludedCloudEventPropertiesFromHeaders { get; set; }
}
