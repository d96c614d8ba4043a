using JobOrchestrator.Core;
using JobOrchestrator.Features.Actions;
using JobOrchestrator.Http;
using Microsoft.AspNetCore.Http.Features;

namespace JobOrchestrator.Features.Queues;

/// <summary>
/// <c>POST /queues/{queue}/pause</c>: hand out nothing more; what runs goes on, and submissions are still accepted. With a body it is said
/// why.
/// </summary>
internal static class PauseQueue
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        string queue = Api.QueueOf(http);
        Caller caller = ApiKeys.CallerOf(http);
        caller.RequireOperate(queue);
        string? reason = await ReadReasonAsync(http, api);

        // Another reason for a pause is no other pause: to undo it would lift the first one.
        bool isNews = !(await api.Shards.QueueAsync(queue, http.RequestAborted)).Paused;
        var pause = new Command.PauseQueue(queue, caller.Name, reason) { AskedBy = caller.Name };
        if (TooManyQueues.Of(pause, await api.Shards.ProposeAsync(api.Shards.ShardOf(queue), pause, http.RequestAborted)) is { } problem)
        {
            await Problems.SendAsync(http, problem);
            return;
        }

        if (isNews)
        {
            QueueMarks.Set(http, api.Now, caller, queue, isPause: true, reason);
            ActionLog.Of(http).Note(ActionTold.Of(JobAction.Pause, api.Now, caller) with { Queue = queue, Reason = reason });
        }

        await GetQueue.AnswerAsync(http, api, queue);
    }

    private static async Task<string?> ReadReasonAsync(HttpContext http, Api api)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return null;
        }

        using RequestBody body = await RequestBody.ReadAnyTypeAsync(http, api.Options.BodyBytesMax);
        return body.Utf8.IsEmpty ? null : ReadReason(body.Utf8.Span, api);
    }

    private static string? ReadReason(ReadOnlySpan<byte> utf8, Api api)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown) { MendsText = true };
        string? reason = null;
        body.Object();
        while (body.NextMember())
        {
            if (body.Is("reason"u8))
            {
                reason = body.Text(Bounds.ReasonMax);
            }
            else
            {
                body.Unknown();
            }
        }

        body.End();
        return string.IsNullOrWhiteSpace(reason) ? null : reason;
    }
}
