using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Actions;

/// <summary><c>GET /actions</c>: what was done to many jobs and to queues, the last first, as far as the caller may know of it.</summary>
internal static class ListActions
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        Caller caller = ApiKeys.CallerOf(http);
        int limit = Query.Limit(http.Request, ActionLog.Kept, ActionLog.Kept);
        var log = ActionLog.Of(http);
        ActionRecord[] actions = [.. log.Last.Where(action => action.IsFor(caller)).Take(limit)];
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, (actions, caller, api.Now), static (writer, answer) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("actions"u8);
            foreach (ActionRecord action in answer.actions)
            {
                ActionJson.Write(writer, action, answer.caller);
            }

            writer.WriteEndArray();
            writer.WriteString("asOf"u8, answer.Now.UtcDateTime);
            writer.WriteEndObject();
        });
    }
}
