using JobOrchestrator.Dashboard.Calls;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>Makes the HTML of a page, or of one part of it, and answers with it.</summary>
internal static class Html
{
    /// <summary>A whole page. What went wrong in it is its status: the page itself says it in words.</summary>
    public static async Task SendPageAsync(HttpContext http, Type page, int status = StatusCodes.Status200OK)
    {
        string html = await RenderAsync(http, page);
        View view = http.RequestServices.GetRequiredService<View>();
        if (view.Worst is Trouble.Unknown && status == StatusCodes.Status200OK)
        {
            // And back here.
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = view.Base + View.Address("ui/sign-in", ("back", view.Here));
            return;
        }

        http.Response.StatusCode = status != StatusCodes.Status200OK ? status : StatusOf(http, ofPart: false);
        // The framework's script swaps pages that say so in place of loading them.
        http.Response.Headers["blazor-enhanced-nav"] = "allow";
        await WriteAsync(http, "<!doctype html>\n" + html);
    }

    /// <summary>A part of a page: 304 where nothing has changed, and an error where the browser is to keep what it has.</summary>
    public static async Task SendPartAsync(HttpContext http, Type part)
    {
        string html = await RenderAsync(http, part);
        http.Response.StatusCode = StatusOf(http, ofPart: true);
        if (http.Response.StatusCode == StatusCodes.Status200OK)
        {
            string tag = EntityTag.Of(html);
            http.Response.Headers.ETag = tag;
            if (http.Request.Headers.IfNoneMatch.ToString() == tag)
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        await WriteAsync(http, html);
    }

    private static async Task<string> RenderAsync(HttpContext http, Type component)
    {
        IServiceProvider services = http.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(
            async () => (await renderer.RenderComponentAsync(component, ParameterView.Empty)).ToHtmlString());
    }

    private static int StatusOf(HttpContext http, bool ofPart) => http.RequestServices.GetRequiredService<View>().Worst switch
    {
        Trouble.Unknown => StatusCodes.Status401Unauthorized,
        Trouble.Away when ofPart => StatusCodes.Status503ServiceUnavailable,
        Trouble.Missing { Gone: true } => StatusCodes.Status410Gone,
        Trouble.Missing => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status200OK,
    };

    private static Task WriteAsync(HttpContext http, string html)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(html, http.RequestAborted);
    }
}
