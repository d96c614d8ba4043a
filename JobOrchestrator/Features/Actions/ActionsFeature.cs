using JobOrchestrator.Features.Marks;
using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Actions;

/// <summary>The routes by which many jobs are changed at once, and of what was done so.</summary>
internal static class ActionsFeature
{
    private const string Tag = "Operations";

    public static void MapActions(this IEndpointRouteBuilder routes)
    {
        MarkBook marks = routes.ServiceProvider.GetRequiredService<MarkBook>();
        routes.MapCommand("/jobs/actions", (http, api) => ActOnJobs.HandleAsync(http, api, marks)).Describe(
            new OperationDoc(
                    Tag,
                    "actOnJobs",
                    "Count jobs, and do one thing to all of them",
                    "With `dryRun` it counts. Without, it does `action` to each job that `q` finds, as the operation on one job would, "
                    + "with the same permissions: 500 a request and a few seconds at most. Where there is `next`, send the same body with "
                    + "it as `cursor`. `expect` is how many were counted: over 5 % or over 20 more is 409, and nothing is done. What was "
                    + "done stays done when a request fails half-way; to send it again does no harm: what is done already is skipped.")
                .Query("dryRun", "True: only count, as `dryRun` in the body.", _ => Schema.Flag("").Else(false))
                .Takes(
                    "ActionRequest",
                    ("Count failed jobs", """{"action":"retry","q":"status:failed queue:mail","dryRun":true}"""),
                    ("Run them again", """{"action":"retry","q":"status:failed queue:mail","expect":201,"reason":"SMTP is back"}"""),
                    ("Label them", """{"action":"label","q":"status:failed","expect":12,"labels":{"seen":"yes","draft":null}}"""))
                .Gives(200, "How many match; or what was done.", One("ActionAnswer"))
                .WithBodyProblems()
                .Refuses(
                    ProblemType.Forbidden, ProblemType.QueryMalformed, ProblemType.QueryTooBroad, ProblemType.ChangedSinceCounted)
                .WithStoreProblems());

        routes.MapRead("/actions", ListActions.HandleAsync).Describe(
            new OperationDoc(
                    Tag,
                    "listActions",
                    "See what was done to many jobs and to queues",
                    "The last 200, from the service's memory, the newest first: bulk actions, pause and resume of queues, replay and "
                    + "purge of a queue's finished jobs. A key that may not operate every queue sees its own, and those on queues that it "
                    + "sees.")
                .Query(
                    "limit",
                    "Most actions; more than the most is the most.",
                    _ => Schema.Whole("", 1, ActionLog.Kept).Else(ActionLog.Kept))
                .Gives(200, "The actions.", One("Actions"))
                .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest));

        routes.MapRead("/actions/{id}", GetAction.HandleAsync).Describe(
            WithId("getAction", "See what was done").Gives(200, "The action.", One("Action")));

        routes.MapCommand("/actions/{id}/undo", UndoAction.HandleAsync).Describe(
            WithId(
                    "undoAction",
                    "Undo what was done",
                    "Resumes a queue that was paused, and pauses one that was resumed. Jobs that a retry made and that still wait are "
                    + "cancelled; moved ones go back; labels are as they were, where nobody has changed them since. Cancel and purge "
                    + "cannot be undone. Where a request was not enough, the same again does the rest.")
                .Gives(200, "The undo, which is an action of its own.", One("Action"))
                .Refuses(ProblemType.NotUndoable, ProblemType.Forbidden)
                .WithStoreProblems());

        routes.MapOtherMethods("/jobs/actions", "POST");
    }

    private static OperationDoc WithId(string id, string summary, string description = "") =>
        new OperationDoc(Tag, id, summary, description)
            .Path("id", "The action's id.", Schema.Uuid(""), ExampleId)
            .Refuses(ProblemType.ActionNotFound);
}
