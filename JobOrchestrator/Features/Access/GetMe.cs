using System.Text.Json;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Access;

/// <summary><c>GET /me</c>: who the caller is to the service, and what it may see and do.</summary>
internal static class GetMe
{
    private static readonly string[] AnyQueue = [ApiKeyOptions.AnyQueue];

    public static Task HandleAsync(HttpContext http, Api api)
    {
        http.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.SendAsync(http, ApiKeys.CallerOf(http), Write);
    }

    private static void Write(Utf8JsonWriter writer, Caller caller)
    {
        writer.WriteStartObject();
        writer.WriteText("name"u8, caller.Name);
        writer.WriteBoolean("admin"u8, !caller.IsBound);
        writer.WriteText("owner"u8, caller.Owner);
        writer.WriteTexts("queues"u8, Names(caller.Queues));
        writer.WriteTexts("submitQueues"u8, Names(caller.SubmitQueues));
        writer.WriteTexts("permissions"u8, Enum.GetValues<KeyPermissions>()
            .Where(permission => permission != KeyPermissions.None && caller.Permissions.HasFlag(permission))
            .Select(permission => Enum.GetName(permission)!));
        if (caller.PriorityMax != int.MaxValue)
        {
            writer.WriteNumber("priorityMax"u8, caller.PriorityMax);
        }

        if (caller.Expires is { } expires)
        {
            writer.WriteString("expires"u8, expires.UtcDateTime);
        }

        writer.WriteString("by"u8, Word(caller.By));
        writer.WriteEndObject();
    }

    private static IEnumerable<string> Names(IReadOnlySet<string>? queues) =>
        queues?.Order(StringComparer.Ordinal) ?? AnyQueue.AsEnumerable();

    private static ReadOnlySpan<byte> Word(Credential by) => by switch
    {
        Credential.None => "none"u8,
        Credential.Key => "key"u8,
        Credential.Ticket => "ticket"u8,
        Credential.Token => "token"u8,
    };
}
