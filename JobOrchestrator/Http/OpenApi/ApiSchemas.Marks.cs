using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>What happened when.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeMarks() =>
    [
        ("Marks", Object("What happened when.", Always("marks", List(Reference("Mark"), "The marks, the first one first.")))),
        ("Mark", Object(
            "Something that happened.",
            Always("at", Instant("When.")),
            Always("kind", Text("`mark`: somebody has set it; `pause`, `resume`: a queue was; `action`: something was done to many jobs; "
                + "`version`: a worker came with another version.")),
            Always("text", Text("A line for people.")),
            Perhaps("by", Text("Whose key it was, for those who operate what it is about.")),
            Perhaps("queue", Text("The queue that it is about.")))),
        ("NewMark", Request(
            "What happens now.",
            Always("text", Text("A line for people.", Bounds.MarkMax)),
            Perhaps("queue", Name("The queue that it is about; absent: all of it.")))),
    ];
}
