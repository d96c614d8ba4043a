using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Jobs;

/// <summary>
/// <c>PATCH /jobs/{id}</c>: changes <c>priority</c>, <c>runAt</c> or <c>queue</c> of a waiting job, <c>labels</c> of a live one; honours
/// <c>If-Match</c>.
/// </summary>
internal static class MoveJob
{
    /// <summary>As many as a job may have taken away, and as many set.</summary>
    private const int LabelChangesMax = 2 * JobLabels.CountMax;

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        Change change;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BodyBytesMax))
        {
            change = Read(body.Utf8.Span, api);
        }

        ApiKeys.CallerOf(http).RequirePriority(change.Priority);
        if (await api.FindOrAnswerAsync(http) is not { } job)
        {
            return;
        }

        if (!await IfMatch.PassesOrAnswerAsync(http, api, job))
        {
            return;
        }

        (Outcome outcome, Problem? problem) = await api.ProposeAsync(
            http,
            new Command.Reprioritise(
                job.Id, change.Priority, NotBefore(change.RunAt, job, api.Now), IfMatch.SequenceOf(http.Request, job))
            {
                Labels = change.Labels,
                Queue = change.Queue,
            });
        if (problem is not null)
        {
            await Problems.SendAsync(http, problem);
            return;
        }

        await JobAnswer.SendAsync(http, api.Shards, Outcomes.JobOf(outcome), StatusCodes.Status200OK);
    }

    /// <summary>A time that is past counts as now, but for the one that the job has: to say it again changes nothing.</summary>
    private static DateTimeOffset? NotBefore(DateTimeOffset? said, Job job, DateTimeOffset now) =>
        said < now && said != job.RunAt ? now : said;

    private static Change Read(ReadOnlySpan<byte> utf8, Api api)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown);
        int? priority = null;
        DateTimeOffset? runAt = null;
        Dictionary<string, string?>? labels = null;
        string? queue = null;
        body.Object();
        while (body.NextMember())
        {
            if (body.Is("priority"u8))
            {
                priority = body.Whole(int.MinValue, int.MaxValue);
            }
            else if (body.Is("runAt"u8))
            {
                runAt = body.Instant();
            }
            else if (body.Is("queue"u8))
            {
                queue = body.QueueName();
            }
            else if (body.Is("labels"u8))
            {
                labels = body.Labels(LabelChangesMax);
            }
            else
            {
                body.Unknown();
            }
        }

        body.End();
        return priority is null && runAt is null && labels is null && queue is null
            ? throw new ProblemException(Problems.NotAllowed("", "At least one of priority, runAt, queue and labels."))
            : new Change(priority, runAt, labels, queue);
    }

    private sealed record Change(int? Priority, DateTimeOffset? RunAt, IReadOnlyDictionary<string, string?>? Labels, string? Queue);
}
