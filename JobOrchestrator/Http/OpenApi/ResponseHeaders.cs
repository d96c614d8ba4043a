using Microsoft.OpenApi;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>The headers that answers come with, as the API's document describes them.</summary>
internal static class ResponseHeaders
{
    public const string Location = "Location";

    public const string ETag = "ETag";

    public const string RetryIn = "Retry-After";

    public const string Link = "Link";

    public const string LookedBackTo = "Jobs-Looked-Back-To";

    public const string PreferenceApplied = "Preference-Applied";

    public const string IdempotencyReplayed = "Idempotency-Replayed";

    public const string Authenticate = "WWW-Authenticate";

    public const string AcceptEncoding = "Accept-Encoding";

    /// <summary>Every header, by name.</summary>
    public static Dictionary<string, IOpenApiHeader> Make() => new()
    {
        [Location] = Of("Where the job is.", Schema.Address("")),
        [ETag] = Of("The job's sequence, in quotes: for `If-None-Match` and `If-Match`.", Schema.Text("")),
        [RetryIn] = Of("In how many seconds asking again makes sense.", Schema.Whole("", 0)),
        [Link] = Of("`<…>; rel=\"next\"`: the next page. Absent on the last.", Schema.Text("")),
        [LookedBackTo] = Of(
            "Only where its time ended a page before it was full and the list goes on: when the last job that was looked at was made.",
            Schema.Instant("")),
        [PreferenceApplied] = Of("What of `Prefer` was granted: `wait=N` or `respond-async`.", Schema.Text("")),
        [IdempotencyReplayed] = Of(
            "`true`: the Idempotency-Key came with this request before, and this is the first job.", Schema.Words("", "true")),
        [Authenticate] = Of("How to say who is calling.", Schema.Text("")),
        [AcceptEncoding] = Of("Only where the body's coding is not taken: those that are.", Schema.Text("")),
    };

    private static OpenApiHeader Of(string text, OpenApiSchema schema) => new() { Description = text, Schema = schema };
}
