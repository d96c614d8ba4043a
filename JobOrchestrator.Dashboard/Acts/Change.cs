using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Pages;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Dashboard.Acts;

/// <summary>One change that a form asks for: done by the API, and answered by going to where its result is.</summary>
internal static class Change
{
    /// <summary>Most bytes of a form; an input may have so many, and a form writes each as up to three.</summary>
    private const int FormBytesMax = 4 * 1024 * 1024;

    /// <summary>Reads the form, does it, and goes on to its result; what the API refuses is said on a page, with the way back.</summary>
    /// <param name="http">The exchange.</param>
    /// <param name="act">Does it, and says how to go on.</param>
    public static async Task RunAsync(HttpContext http, Func<View, IFormCollection, JobClient, CancellationToken, Task<ChangeEnd>> act)
    {
        View view = http.RequestServices.GetRequiredService<View>();
        if (view.Options.ReadOnly)
        {
            await Plain(http, StatusCodes.Status403Forbidden, "These pages are set to show only (Ui:ReadOnly).");
            return;
        }

        if (await FormAsync(http) is not { } form)
        {
            await Plain(http, StatusCodes.Status400BadRequest, "This is not a form of these pages.");
            return;
        }

        view.ComeFrom(form["back"]);
        Answer<ChangeEnd> answer = await view.ChangeAsync((jobs, left) => act(view, form, jobs, left));
        switch (answer.Has(out ChangeEnd end) ? end : new ChangeEnd.Again(typeof(RefusedPage), StatusOf(view.Worst!)))
        {
            case ChangeEnd.Done done:
                Go(http, view, done.To);
                return;
            case ChangeEnd.Again again:
                await Html.SendPageAsync(http, again.Page, again.Status);
                return;
        }
    }

    /// <summary>The form; null: it is none, or too large.</summary>
    public static async Task<IFormCollection?> FormAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType || http.Request.ContentLength is > FormBytesMax)
        {
            return null;
        }

        try
        {
            return await http.Request.ReadFormAsync(
                new FormOptions { ValueLengthLimit = FormBytesMax, BufferBodyLengthLimit = FormBytesMax }, http.RequestAborted);
        }
        catch (Exception exception) when (exception is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Has the browser read another address.</summary>
    public static void Go(HttpContext http, View view, string to)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = view.Base + to;
    }

    private static Task Plain(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>The status that tells a trouble.</summary>
    public static int StatusOf(Trouble trouble) => trouble switch
    {
        Trouble.Away => StatusCodes.Status503ServiceUnavailable,
        Trouble.Unknown => StatusCodes.Status401Unauthorized,
        Trouble.NotAllowed => StatusCodes.Status403Forbidden,
        Trouble.Missing { Gone: var gone } => gone ? StatusCodes.Status410Gone : StatusCodes.Status404NotFound,
        Trouble.Refused refused => refused.Status,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
