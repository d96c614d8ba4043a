using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Pages;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Dashboard.Acts;

/// <summary>Signing in by a key, which becomes a ticket, and out.</summary>
internal static class SignIn
{
    private const int KeyMax = 512;

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        SignInTries tries = routes.ServiceProvider.GetRequiredService<SignInTries>();
        routes.MapChange("/ui/do/sign-in", http => InAsync(http, tries));
        routes.MapChange("/ui/do/sign-out", http =>
        {
            TicketCookie.Drop(http);
            Change.Go(http, http.RequestServices.GetRequiredService<View>(), "ui/sign-in");
            return Task.CompletedTask;
        });
    }

    private static async Task InAsync(HttpContext http, SignInTries tries)
    {
        View view = http.RequestServices.GetRequiredService<View>();
        IFormCollection form = await Change.FormAsync(http) ?? FormCollection.Empty;
        view.ComeFrom(form["back"]);
        if (!TicketCookie.MayBeKept(http, view.Options.AllowHttp))
        {
            await RefuseAsync(
                http,
                view,
                StatusCodes.Status403Forbidden,
                "This connection is not encrypted: whoever listens would have your ticket. Come by HTTPS, or have Ui:AllowHttp set.");
            return;
        }

        if (!tries.MayTry(http.Connection.RemoteIpAddress))
        {
            http.Response.Headers.RetryAfter = "60";
            await RefuseAsync(http, view, StatusCodes.Status429TooManyRequests, "Too many wrong keys came from here. Wait a minute.");
            return;
        }

        string key = form["key"].ToString().Trim();
        Answer<JobTicket> answer = key.Length is 0 or > KeyMax
            ? new Answer<JobTicket>.Not(new Trouble.Unknown())
            : await view.AskAsAsync(key, (jobs, left) => new JobOperations(jobs).TicketAsync(left));
        switch (answer)
        {
            case Answer<JobTicket>.Got { Value: var ticket }:
                TicketCookie.Keep(http, ticket.Ticket, ticket.Expires);
                Change.Go(http, view, view.Back);
                return;
            case Answer<JobTicket>.Not { Trouble: Trouble.Refused { Status: StatusCodes.Status400BadRequest } }:
                // No key is asked for: everyone is let in.
                Change.Go(http, view, view.Back);
                return;
            case Answer<JobTicket>.Not { Trouble: Trouble.Unknown }:
                tries.Wrong(http.Connection.RemoteIpAddress);
                await RefuseAsync(http, view, StatusCodes.Status401Unauthorized, "This key is not known.");
                return;
            case Answer<JobTicket>.Not { Trouble: var trouble }:
                await RefuseAsync(http, view, StatusCodes.Status503ServiceUnavailable, trouble.Text);
                return;
        }
    }

    private static Task RefuseAsync(HttpContext http, View view, int status, string why)
    {
        view.Draft.Refusal = why;
        return Html.SendPageAsync(http, typeof(SignInPage), status);
    }
}
