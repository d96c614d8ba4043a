using JobOrchestrator.Doors;
using JobOrchestrator.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace JobOrchestrator.Tests.Doors;

/// <summary>What the start refuses.</summary>
public sealed class RouteClashesTests
{
    private static readonly SomeDoor One = new("One");
    private static readonly SomeDoor Other = new("Other");

    [Theory]
    [InlineData("GET", "/jobs/{id}", "GET", "/jobs/{id}")]
    [InlineData("GET", "/jobs/{name}", "GET", "/jobs/{id}")]
    [InlineData("GET", "/JOBS/batch", "GET", "/jobs/{id}")]
    [InlineData("POST", "/jobs/report", null, "/jobs/report")]
    [InlineData(null, "/jobs", "GET", "/jobs")]
    [InlineData("GET", "/jobs/{id}", "GET", "/{**path}")]
    public void Find_DoorTakesANativeRoutesRequests_NamesBothAndTheSwitch(string? method, string pattern, string? nativeMethod, string native)
    {
        IReadOnlyList<string> clashes = RouteClashes.Find([Route(nativeMethod, native), Route(method, pattern, One)]);

        Assert.Equal([$"{pattern} takes requests away from {native}. Switch the door off: Doors:One=false."], clashes);
    }

    [Theory]
    [InlineData("GET", "/{id}", "GET", "/swagger")]
    [InlineData("POST", "/jobs/{id}", "GET", "/jobs/{id}")]
    [InlineData("GET", "/health", "GET", "/health/live")]
    [InlineData("GET", "/v1/queues/{queue}/jobs", "GET", "/queues/{queue}")]
    public void Find_NativeRouteStillWins_IsNoClash(string method, string pattern, string nativeMethod, string native)
    {
        Assert.Empty(RouteClashes.Find([Route(nativeMethod, native), Route(method, pattern, One)]));
    }

    [Fact]
    public void Find_TwoDoorsOnOneRoute_NamesBoth()
    {
        IReadOnlyList<string> clashes = RouteClashes.Find([Route("GET", "/next", One), Route("GET", "/next", Other)]);

        Assert.Equal(2, clashes.Count);
        Assert.Contains("Doors:One=false", clashes[0], StringComparison.Ordinal);
        Assert.Contains("Doors:Other=false", clashes[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OneDoorsAnswerToAllOtherMethods_IsNoClashWithItsOwnRoutesButWithOthers()
    {
        Assert.Empty(RouteClashes.Find([Route("GET", "/next", One), Route(null, "/next", One)]));
        Assert.NotEmpty(RouteClashes.Find([Route("GET", "/next", One), Route(null, "/next", Other)]));
        Assert.NotEmpty(RouteClashes.Find([Route(null, "/next", One), Route(null, "/next", One)]));
    }

    private static RouteEndpoint Route(string? method, string pattern, Door? door = null)
    {
        var builder = new RouteEndpointBuilder(_ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), order: 0) { DisplayName = pattern };
        if (method is not null)
        {
            builder.Metadata.Add(new HttpMethodMetadata([method]));
        }

        if (door is not null)
        {
            builder.Metadata.Add(door);
        }

        return (RouteEndpoint)builder.Build();
    }

    private sealed class SomeDoor(string name) : Door(name)
    {
        public override void MapRoutes(IEndpointRouteBuilder routes)
        {
        }

        public override Task SendAsync(HttpContext http, Problem problem) => Task.CompletedTask;
    }
}
