using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace JobOrchestrator.Http;

/// <summary>
/// Names in the path of a request, as they were sent. Routing leaves an encoded slash as it is and decodes everything else, a per cent
/// sign too, so that <c>a%2Fb</c> and <c>a%252Fb</c>, which are two names, are one there.
/// </summary>
internal static class PathName
{
    /// <summary>The name that a route's parameter stands for.</summary>
    /// <exception cref="ProblemException">400: it is no UTF-8.</exception>
    public static string Of(HttpContext http, string parameter)
    {
        string routed = (string)http.Request.RouteValues[parameter]!;
        if (!routed.Contains('%', StringComparison.Ordinal))
        {
            return routed;
        }

        string sent = Sent(http, parameter, routed) ?? routed;
        return Escapes.TryRead(sent, out string? name)
            ? name
            : throw new ProblemException(Problems.Malformed($"The {parameter} in the path is no UTF-8."));
    }

    /// <summary>The segment of the request's target that became the route's value; null: there is none that routing reads so.</summary>
    private static string? Sent(HttpContext http, string parameter, string routed)
    {
        string target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        int end = target.IndexOf('?', StringComparison.Ordinal);
        string[] segments = (end < 0 ? target : target[..end]).TrimEnd('/').Split('/');

        // From the end: what is in front of a service is its base path, and of an absolute target its host.
        int place = http.GetEndpoint() is RouteEndpoint { RoutePattern.PathSegments: var pattern }
            ? pattern.Count - pattern.ToList().FindIndex(segment => Stands(segment, parameter))
            : 0;
        return place > 0 && place <= segments.Length && IsRead(segments[^place], routed)
            ? segments[^place]
            : Array.Find(segments, segment => IsRead(segment, routed));
    }

    private static bool Stands(RoutePatternPathSegment segment, string parameter) =>
        segment.Parts.OfType<RoutePatternParameterPart>().Any(part => part.Name == parameter);

    private static bool IsRead(string segment, string routed) =>
        segment == routed || Encoding.UTF8.GetString(Escapes.Decode(segment, keepSlash: true)) == routed;
}
