using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>Finding jobs.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeSearch() =>
    [
        ("JobSort", Words("Which jobs come first: the newest, or the oldest.", "-created", "created").Else("-created")),
        ("JobCount", Object(
            "How many jobs a query finds.",
            Always("count", Whole("How many; where `exact` is false at least so many.", 0, 10_000)),
            Always("exact", Flag("False: counting stopped, at 10,000 or after 0.3 s.")),
            Always("asOf", Instant("When they were counted.")),
            Always("byPhase", new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = Whole("How many of those that were counted.", 1),
                Description = "By phase, such as `Failed`; phases without a job are left out.",
            }),
            Perhaps("oldest", Instant("When the oldest was created that was counted.")),
            Perhaps("newest", Instant("When the newest was created that was counted.")))),
        ("Suggestions", Object(
            "How a term of a query may go on.",
            Always("at", Whole("Where the term begins that a suggestion stands for, in UTF-16 code units from 0.", 0)),
            Always("length", Whole("How long it is.", 0)),
            Always("suggestions", List(Reference("Suggestion"), "The most used first.", 10)))),
        ("Suggestion", Object(
            "One way to go on.",
            Always("text", Text("The whole term.")), Always("kind", Text("`field`, `word` or `value`; there may be more.")),
            Perhaps("count", Whole("How many of the newest live jobs it would choose, of 2,000 at most.", 0)))),
        ("QueryError", Object(
            "What is wrong at one place of a query.",
            Always("at", Whole("Where it begins, in UTF-16 code units from 0.", 0)),
            Always("length", Whole("How long it is; 0: something is missing there.", 0)),
            Always("message", Text("What is wrong.")), Perhaps("suggestion", Text("What may be written in its place.")))),
    ];
}
