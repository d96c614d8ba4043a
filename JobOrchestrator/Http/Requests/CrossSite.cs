using JobOrchestrator.Hosting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Http;

/// <summary>Marks a GET that changes something, as another system's API has it: no page of another site may have it sent.</summary>
internal sealed class ChangesByGet
{
    public static ChangesByGet Mark { get; } = new();
}

/// <summary>
/// Refuses what a page of another site had a browser send and would change something. A link that is followed reads. Comes before the API
/// keys and behind routing, which tells what changes something.
/// </summary>
internal sealed class CrossSite(RequestDelegate next, IOptions<ApiOptions> options)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (Changes(http) && RequestOrigin.IsAnotherSite(http.Request, options.Value.Origins))
        {
            return Problems.SendAsync(http, new Problem(
                ProblemType.CrossSiteRequest, "A page of another origin sent this. Api:Origins names those that may."));
        }

        return next(http);
    }

    /// <summary>Whether a request asks for more than to read.</summary>
    public static bool Changes(HttpContext http)
    {
        string method = http.Request.Method;
        bool reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        return !reads || http.GetEndpoint()?.Metadata.GetMetadata<ChangesByGet>() is not null;
    }
}
