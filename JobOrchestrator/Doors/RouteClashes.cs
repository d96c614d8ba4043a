using Microsoft.AspNetCore.Routing.Patterns;

namespace JobOrchestrator.Doors;

/// <summary>Finds routes of doors that would take requests away from a native route, or that tie with another door's.</summary>
internal static class RouteClashes
{
    /// <summary>One line for each clash; empty: there is none.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<Endpoint> endpoints)
    {
        RouteEndpoint[] routes = [.. endpoints.OfType<RouteEndpoint>()];
        return
        [
            .. from door in routes
               where DoorOf(door) is not null
               from other in routes
               where Clash(door, other)
               select $"{door.DisplayName} takes requests away from {other.DisplayName ?? other.RoutePattern.RawText}. Switch the door "
                   + $"off: Doors:{DoorOf(door)!.Name}=false.",
        ];
    }

    private static Door? DoorOf(Endpoint route) => route.Metadata.GetMetadata<Door>();

    /// <summary>A native route has to win wherever both match; between two routes of doors, one has to.</summary>
    private static bool Clash(RouteEndpoint door, RouteEndpoint other)
    {
        if (ReferenceEquals(door, other)
            || !SharesMethod(door, other) || !Overlap(door.RoutePattern, other.RoutePattern) || IsRest(door, other) || IsRest(other, door))
        {
            return false;
        }

        // The lower precedence number wins.
        decimal ours = door.RoutePattern.InboundPrecedence;
        decimal theirs = other.RoutePattern.InboundPrecedence;
        return DoorOf(other) is null ? ours <= theirs : ours == theirs;
    }

    /// <summary>
    /// Whether one tells those that come with another method than the other's on the very same path of one door: routing asks it last.
    /// </summary>
    private static bool IsRest(RouteEndpoint rest, RouteEndpoint of) =>
        DoorOf(rest) is { } door && ReferenceEquals(door, DoorOf(of))
        && rest.RoutePattern.RawText == of.RoutePattern.RawText
        && MethodsOf(rest) is null && MethodsOf(of) is not null;

    private static bool SharesMethod(Endpoint a, Endpoint b)
    {
        IReadOnlyList<string>? ofA = MethodsOf(a);
        IReadOnlyList<string>? ofB = MethodsOf(b);

        // A native route for all methods only tells those that are wrong there.
        return ofA is null || ofB is null || ofA.Intersect(ofB, StringComparer.OrdinalIgnoreCase).Any();
    }

    private static IReadOnlyList<string>? MethodsOf(Endpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods;

    private static bool Overlap(RoutePattern a, RoutePattern b)
    {
        for (int i = 0; i < a.PathSegments.Count || i < b.PathSegments.Count; i++)
        {
            if (IsCatchAll(a, i) || IsCatchAll(b, i))
            {
                return true;
            }

            if (i >= a.PathSegments.Count || i >= b.PathSegments.Count
                || (Literal(a.PathSegments[i]) is { } ofA
                    && Literal(b.PathSegments[i]) is { } ofB && !ofA.Equals(ofB, StringComparison.OrdinalIgnoreCase)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsCatchAll(RoutePattern pattern, int segment) =>
        segment < pattern.PathSegments.Count && pattern.PathSegments[segment].Parts is [RoutePatternParameterPart { IsCatchAll: true }];

    private static string? Literal(RoutePatternPathSegment segment) =>
        segment.Parts is [RoutePatternLiteralPart literal] ? literal.Content : null;
}
