using JobOrchestrator.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace JobOrchestrator.Doors;

/// <summary>
/// A system whose clients find its own routes, words and codes here. A door translates and holds no rules: what a job may do is
/// decided where it is for everyone. As endpoint metadata, it marks the routes that are its own.
/// </summary>
/// <param name="name">Its name in the log and in the configuration.</param>
internal abstract class Door(string name) : IProblemAnswer
{
    public string Name { get; } = name;

    /// <summary>Maps its routes, each with <c>Map</c>.</summary>
    public abstract void MapRoutes(IEndpointRouteBuilder routes);

    /// <summary>Whether a request is for one of its routes.</summary>
    public abstract bool Answers(string method, PathString path);

    /// <summary>An error as that system's clients know it.</summary>
    public abstract Task SendAsync(HttpContext http, Problem problem);

    /// <summary>One route. A caller has to show an API key here too, where there are any.</summary>
    protected IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string method, string pattern, Operation operation) =>
        Map(routes, method, RoutePatternFactory.Parse(pattern), operation);

    /// <summary>The same of a pattern whose parameters have policies.</summary>
    protected IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string method, RoutePattern pattern, Operation operation) =>
        routes.Map(pattern, [method], operation)
            .WithMetadata(this)
            .WithDisplayName($"{method} {pattern.RawText} of door {Name}")
            .ExcludeFromDescription();
}
