using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>When a reader of an owner's feed is late.</summary>
internal static class FeedLate
{
    /// <summary>Owners that hear by the broker read the feed every two minutes, as the SDK does.</summary>
    private const double LateSeconds = 300;

    /// <summary>Something has been there for it for so long that a person should look.</summary>
    public static bool IsLate(this JobFeedReader reader) => reader.SecondsBehind >= LateSeconds;

    /// <summary>
    /// Somebody who looked into another's feed, and reads it for nobody. Without keys nobody knows, and whoever reads is taken for the
    /// owner.
    /// </summary>
    /// <param name="reader">The reader.</param>
    /// <param name="rights">Who looks: one who has a name has a key, and so have all.</param>
    public static bool IsGuest(this JobFeedReader reader, Rights rights) => !reader.IsOwner && rights.Caller is not { Name: null };

    /// <summary>The latest of those that read for the owner, if it is late.</summary>
    public static JobFeedReader? LateReader(this JobOwner owner, Rights rights) =>
        owner.Readers.FirstOrDefault(reader => reader.IsLate() && !reader.IsGuest(rights));
}
