using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>Who calls.</summary>
    private static IEnumerable<(string Name, OpenApiSchema Schema)> MakeAccess() =>
    [
        ("Ticket", Object(
            "A ticket.",
            Always("ticket", Text("To be sent as `Authorization: Bearer`.")), Always("expires", Instant("When it is no longer taken.")))),
        ("Caller", Object(
            "Who calls, and what that caller may see and do.",
            Perhaps("name", Text("The key's name, or the person's in a token. Left out where nothing is asked for.")),
            Always("admin", Flag("May see and do everything.")),
            Perhaps("owner", Text("The owner whose jobs it sees, and whose those are that it submits. Left out: it is bound to none.")),
            Always("queues", List(Text("A queue; `*`: all."), "The queues that it sees, and works and operates as far as it may.")),
            Always("submitQueues", List(Text("A queue; `*`: all."), "The queues that it submits into.")),
            Always("permissions", List(
                Text("`Read`, `Submit`, `Work`, `Operate` or `ReadPayload`; there may be more."),
                "What it may do with what it sees. None: it sees nothing.")),
            Perhaps("priorityMax", Whole("The highest priority that it gives to a job. Left out: any.")),
            Perhaps("expires", Instant("When what it came with is no longer taken. Left out: that has no end.")),
            Always("by", Text("What it came with: `key`, `ticket` or `token`; `none` where nothing is asked for.")))),
    ];
}
