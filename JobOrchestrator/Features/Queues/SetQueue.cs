using JobOrchestrator.Core;
using JobOrchestrator.Features.Actions;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Queues;

/// <summary>
/// <c>PATCH /queues/{queue}</c>: which kinds of its jobs' events are published. Those that happen from now on; the feed has every kind.
/// </summary>
internal static class SetQueue
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        string queue = Api.QueueOf(http);
        Caller caller = ApiKeys.CallerOf(http);
        caller.RequireOperate(queue);
        EventKinds published;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BodyBytesMax))
        {
            published = Read(body.Utf8.Span, api);
        }

        EventKinds before = EventKindSets.All & ~(await api.Shards.QueueAsync(queue, http.RequestAborted)).Unpublished;
        var choose = new Command.ChooseEvents(queue, EventKindSets.All & ~published) { AskedBy = caller.Name };
        if (TooManyQueues.Of(choose, await api.Shards.ProposeAsync(api.Shards.ShardOf(queue), choose, http.RequestAborted)) is { } problem)
        {
            await Problems.SendAsync(http, problem);
            return;
        }

        if (published != before)
        {
            ActionLog.Of(http).Note(ActionTold.Of(JobAction.Publish, api.Now, caller) with
            {
                Queue = queue,
                Published = (published, before),
            });
        }

        await GetQueue.AnswerAsync(http, api, queue);
    }

    private static EventKinds Read(ReadOnlySpan<byte> utf8, Api api)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown);
        EventKinds? published = null;
        body.Object();
        while (body.NextMember())
        {
            if (body.Is("events"u8))
            {
                published = ReadKinds(ref body);
            }
            else
            {
                body.Unknown();
            }
        }

        body.End();
        return published ?? throw new ProblemException(
            Problems.NotAllowed("/events", $"The kinds to publish, of {string.Join(", ", Words.EventKindWords)}; none: []."));
    }

    private static EventKinds? ReadKinds(ref BodyReader body)
    {
        if (body.Names(countMax: 100) is not { } names)
        {
            return null;
        }

        var kinds = new List<JobEventKind>();
        foreach (string name in names)
        {
            if (Words.EventKindOf(name.ToLowerInvariant()) is { } kind)
            {
                kinds.Add(kind);
            }
            else
            {
                body.Refuse("events", $"'{name}' is no kind of event: {string.Join(", ", Words.EventKindWords)}.");
            }
        }

        return EventKindSets.Of(kinds);
    }
}
