using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Access;

/// <summary>The routes about the caller.</summary>
internal static class AccessFeature
{
    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/me", GetMe.HandleAsync).WithMetadata(ForWhoMayNothing.Mark).Describe(
            new OperationDoc(
                    "Access",
                    "getMe",
                    "See who you are, and what you may do",
                    "What the service makes of the key, ticket or token of this request: whose jobs it shows, which queues, and what may "
                    + "be done with them. Where nothing is asked for everyone may do everything (`by` is `none`).")
                .Gives(200, "The caller.", One("Caller")));

        Tickets tickets = routes.ServiceProvider.GetRequiredService<Tickets>();
        routes.MapCommand("/me/ticket", (http, _) => MakeTicket.HandleAsync(http, tickets)).Describe(
            new OperationDoc(
                    "Access",
                    "makeTicket",
                    "Make a ticket of your key",
                    "For a page that is not to keep the key itself. A ticket is sent as `Authorization: Bearer`, has the rights of its "
                    + "key, and ends after 12 hours, or when its key is changed or taken out of the settings. It makes no other ticket.")
                .Gives(200, "The ticket.", One("Ticket"))
                .Refuses(ProblemType.NoTickets));
    }
}
