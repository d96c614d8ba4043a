using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>What jobs failed of.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeErrors() =>
    [
        ("Errors", Object(
            "What jobs failed of, in groups of alike errors.",
            Always("errors", List(Reference("ErrorGroup"), "The groups, those that most jobs failed of first; at most 100.")),
            Perhaps("other", Long(
                "How many jobs failed of something else, for which there was no group left; where neither queue nor type is asked for.",
                0)),
            Always("from", Instant("When the first step of each spark begins.")),
            Always("step", Whole("Seconds of a step.", 60)),
            Always("since", Instant("From when on failures are counted.")),
            Always("asOf", Instant("When this was so.")),
            Always("missing", List(
                Whole("A shard's number.", 0), "Shards that nobody holds at the moment: what they know is left out.")))),
        ("ErrorGroup", Object(
            "Jobs that ended as Failed of errors that are alike.",
            Always("id", Text("The same for the same text, type, queue and kind of error.")),
            Always("text", Text("The error's title, with digits, ids and quoted parts as `#`; at most 200 characters.")),
            Always("type", Text("The jobs' type.")), Always("queue", Text("The jobs' queue.")),
            Always("errorType", Text("The kind of error, as a URI reference; `about:blank` where the worker named none.")),
            Always("count", Long("How many jobs certainly failed of it in the window.", 1)),
            Always("countIsLowerBound", Flag(
                "There may have been more: the group came within the window, in the place of another one.")),
            Always("firstAt", Instant("When the first one failed of it, as far as is known; it may be before the window.")),
            Always("lastAt", Instant("When the last one did.")),
            Always("example", Uuid("A job that failed of it, the last one.")),
            Always("spark", List(Long("", 0), "How many failed of it in each step of the window.")))),
    ];
}
