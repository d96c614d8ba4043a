using JobOrchestrator.Core;
using JobOrchestrator.Search;
using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>What is done to many jobs and to queues.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeActions() =>
    [
        ("ActionOnJobs", Words("What to do to each job.", "cancel", "retry", "purge", "move", "label")),
        ("ActionRequest", Request(
            "What to do, and to which jobs.",
            Always("action", Reference("ActionOnJobs")),
            Always("q", Text("Which jobs: a query with at least one term that is not taken out.", JobQuery.CharactersMax)),
            Perhaps("tz", Text("The time zone of days and clocks in `q`; UTC if it is not said.", Bounds.NameMax)),
            Perhaps("reason", Text("Why, for people who look at the actions.", Bounds.ReasonMax)),
            Perhaps("dryRun", Flag("Only count.")),
            Perhaps("expect", Whole("How many were counted. Only a dry run may leave it out. 10,000 or more means all.", 0)),
            Perhaps("queue", Name("For `move`: the queue to go to.")),
            Perhaps("labels", LabelsOf(
                Text("The value.", JobLabels.ValueCharactersMax).OrNull(),
                "For `label`: labels to set, and by null to take away; the others stay.",
                2 * JobLabels.CountMax)),
            Perhaps("id", Uuid("The action's id, of your own making: the same request sent again is then no second action.")),
            Perhaps("cursor", Text("`next` of an earlier answer to the same action.", 4_096)))),
        ("ActionAnswer", Object(
            "A dry run: how many match (`exact`, `asOf`, `byPhase`, `oldest`, `newest`, `sample`). Else what this request did (`id`, "
            + "`done`, `skipped`, `next`).",
            Perhaps("id", Uuid("The action's id.")),
            Always("matched", Whole("How many matched when they were counted.", 0, 10_000)),
            Perhaps("exact", Flag("False: counting stopped, at 10,000 or after 2 s.")),
            Perhaps("asOf", Instant("When they were counted.")),
            Perhaps("byPhase", Counts("How many of them, by phase.")),
            Perhaps("oldest", Instant("When the oldest was created that was counted.")),
            Perhaps("newest", Instant("When the newest was created that was counted.")),
            Perhaps("sample", List(Reference("Job"), "Some of them.", 5)),
            Perhaps("done", Whole("How many jobs this request changed.", 0, 500)),
            Perhaps("skipped", Skipped()),
            Perhaps("next", Text("The `cursor` for the next request; absent when all is done.")))),
        ("Action", Object(
            "What was done to many jobs, or to a queue.",
            Always("id", Uuid("Its id.")),
            Always("action", Text(
                "`cancel`, `retry`, `purge`, `move`, `label`, `pause`, `resume`, `publish` or `undo`; there may be more.")),
            Always("at", Instant("When it was asked for.")),
            Always("lastAt", Instant("When it last did something.")),
            Always("finished", Flag("Nothing more is to come. False also where nobody went on with `next`.")),
            Perhaps("by", Text("The name of the key that asked. For itself, and for keys that operate the queue or all queues.")),
            Perhaps("reason", Text("Why. For the same keys.")),
            Perhaps("q", Text("Which jobs; absent where it was done to a queue, or is an undo.")),
            Perhaps("queue", Text("The queue; of a `move` that to which jobs went.")),
            Perhaps("labels", LabelsOf(
                Text("The value.").OrNull(), "The labels that were set, and by null taken away.", 2 * JobLabels.CountMax)),
            Perhaps("events", List(Reference("EventKind"), "Of a `publish`: the kinds of events that are published since.")),
            Perhaps("matched", Whole("How many were counted before.", 0)),
            Always("done", Whole("How many jobs it has changed.", 0)),
            Always("skipped", Skipped()),
            Always("undoable", Flag("It can be undone.")),
            Perhaps("notUndoable", Text("Why it cannot.")),
            Perhaps("undoneBy", Uuid("The action that undid it.")),
            Perhaps("undoOf", Uuid("The action that this one undid.")))),
        ("Actions", Object(
            "What was done.",
            Always("actions", List(Reference("Action"), "The last first.", 200)),
            Always("asOf", Instant("When this was so.")))),
    ];

    private static OpenApiSchema Skipped() => Counts(
        "How many jobs were left as they are, by the reason: `already-done`, or the name of the problem that the operation on one job "
        + "would have answered with.");

    private static OpenApiSchema Counts(string text) => new()
    {
        Type = JsonSchemaType.Object,
        AdditionalProperties = Whole("How many.", 1),
        Description = text,
    };
}
