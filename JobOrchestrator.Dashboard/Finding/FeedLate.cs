using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>When a reader of an owner's feed is late.</summary>
internal static class FeedLate
{
    /// <summary>Owners that hear by the broker read the feed every two minutes, as the SDK does.</summary>
    private const double LateSeconds = 300;

    /// <summary>Something has been there for it for so long that a person should look.</summary>
    public static bool IsLate(this JobFeedReader reader) => reader.SecondsBehind >= LateSeconds;

    /// <summary>The latest of those that read for the owner, if it is late: who looks into another's feed reads it for nobody.</summary>
    public static JobFeedReader? LateReader(this JobOwner owner) =>
        owner.Readers.FirstOrDefault(reader => reader.IsOwner && reader.IsLate());
}
