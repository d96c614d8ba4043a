using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>Whose jobs there are.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeOwners() =>
    [
        ("Owners", Object(
            "Whose jobs there are.",
            Always("owners", List(Reference("Owner"), "The owners: those first whose reader is the latest, then those with most live "
                + "jobs; at most 500.")),
            Always("total", Whole("How many there are.", 0)),
            Always("totalIsLowerBound", Flag("There are more: a shard tells of some 2,000 only.")),
            Always("watchedSince", Instant("Since when it is watched who reads the feed.")),
            Always("failedSince", Instant("From when on failures are counted.")),
            Always("asOf", Instant("When this was so.")),
            Always("missing", List(Whole("A shard's number.", 0), "Shards that nobody holds at the moment: their jobs and events are "
                + "in no number.")))),
        ("Owner", Object(
            "A service that has jobs.",
            Always("owner", Text("Its name.")),
            Always("live", Long("Jobs that have not ended.", 0)),
            Always("failed24h", Long("Jobs that ended as Failed in 24 hours, or since `failedSince`.", 0)),
            Always("eventsPending", Long("Its events that the broker has not taken yet, or that stand behind such; of older ones than "
                + "`watchedSince` it is not known.", 0)),
            Always("readers", List(Reference("FeedReader"), "Who reads its events, the latest first, at most 8; none: nobody has, since "
                + "`watchedSince`.")))),
        ("FeedReader", Object(
            "How far a reader of an owner's events is.",
            Perhaps("queue", Text("It reads those of this queue alone.")),
            Always("isOwner", Flag("It has the owner's key; true also where there are no keys, and whoever asks is taken for the "
                + "owner.")),
            Perhaps("by", Text("The name of its key; for those who operate every queue.")),
            Always("lastReadAt", Instant("When it last asked.")),
            Perhaps("readUpTo", Instant("It has read all from before this time, as far as is known; left out: where it stands is "
                + "from before `watchedSince`, or ahead of all events, and nothing unread is known.")),
            Perhaps("secondsBehind", Number("How long that is ago; 0: nothing is unread; left out with `readUpTo`.", 0)),
            Always("eventsBehind", Long("The owner's events that it has not read; of one that is far behind at most so many.", 0)),
            Always("behindIsLowerBound", Flag("There may be more, from before `watchedSince`.")),
            Always("expired", Flag("Events behind its place are no longer kept, or it is ahead of all events: it will be told so by "
                + "410.")))),
    ];
}
