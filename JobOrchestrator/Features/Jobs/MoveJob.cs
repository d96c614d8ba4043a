using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Jobs;

/// <summary><c>PATCH /jobs/{id}</c>: changes <c>priority</c> or <c>runAt</c> of a waiting job; honours <c>If-Match</c>.</summary>
internal static class MoveJob
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        int? priority;
        DateTimeOffset? runAt;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BodyBytesMax))
        {
            (priority, runAt) = Read(body.Utf8.Span, api);
        }

        ApiKeys.CallerOf(http).RequirePriority(priority);
        if (await api.FindOrAnswerAsync(http) is not { } job)
        {
            return;
        }

        if (!await IfMatch.PassesOrAnswerAsync(http, api, job))
        {
            return;
        }

        (Outcome outcome, Problem? problem) = await api.ProposeAsync(
            http, new Command.Reprioritise(job.Id, priority, NotBefore(runAt, job, api.Now), IfMatch.SequenceOf(http.Request, job)));
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

    private static (int? Priority, DateTimeOffset? RunAt) Read(ReadOnlySpan<byte> utf8, Api api)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown);
        int? priority = null;
        DateTimeOffset? runAt = null;
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
            else
            {
                body.Unknown();
            }
        }

        body.End();
        return priority is null && runAt is null
            ? throw new ProblemException(Problems.NotAllowed("", "One of priority and runAt, or both."))
            : (priority, runAt);
    }
}
