namespace Dapr;

/// <summary>How subscriptions are announced to the sidecar.</summary>
public class SubscribeOptions
{
    /// <summary>True: every topic's events come without an envelope.</summary>
    public bool EnableRawPayload { get; set; }
}
