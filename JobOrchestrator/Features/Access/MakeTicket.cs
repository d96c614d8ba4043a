using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Access;

/// <summary>
/// <c>POST /me/ticket</c>: a ticket with the rights of the key that it is asked with, for a page that is not to keep the key.
/// </summary>
internal static class MakeTicket
{
    public static Task HandleAsync(HttpContext http, Tickets tickets)
    {
        Caller caller = ApiKeys.CallerOf(http);
        if (caller.By == Credential.None)
        {
            throw new ProblemException(new Problem(ProblemType.NoTickets, "The service asks for no key, so no ticket is needed."));
        }

        if (caller.By != Credential.Key)
        {
            // One that makes the next would have no end.
            throw new ProblemException(new Problem(ProblemType.Forbidden, "A ticket is made of an API key alone. Send the key."));
        }

        string ticket = tickets.Issue(caller.Rights!, Tickets.Longest, out DateTimeOffset expires);
        http.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.SendAsync(http, (ticket, expires), static (writer, made) =>
        {
            writer.WriteStartObject();
            writer.WriteString("ticket"u8, made.ticket);
            writer.WriteString("expires"u8, made.expires.UtcDateTime);
            writer.WriteEndObject();
        });
    }
}
