using JobOrchestrator.Doors;
using JobOrchestrator.Http;
using JobOrchestrator.Tests.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace JobOrchestrator.Tests.Doors;

/// <summary>A door may stand beside native routes and behind them, never in front.</summary>
public sealed class RouteClashesTests
{
    [Theory]
    [InlineData("GET /{jobId}", "GET /jobs", false)]
    [InlineData("GET /health", "GET /health/live", false)]
    [InlineData("POST /", "GET /", false)]
    [InlineData("GET /jobs/{id}", "GET /jobs/{name}", true)]
    [InlineData("GET /Jobs/Get", "GET /jobs/get", true)]
    [InlineData("GET /jobs/next", "GET /jobs/{id}", true)]
    [InlineData("GET /jobs/next", "POST /jobs/{id}", false)]
    [InlineData("GET /{a}/{b}", "GET /jobs/{id}", false)]
    [InlineData("GET /jobs/{b}/x", "GET /{**all}", true)]
    [InlineData("DELETE /jobs/batch", "* /jobs/batch", true)]
    public void Find_DoorBesideANativeRoute_ClashesWhereTheDoorWouldWinOrTie(string door, string native, bool clashes)
    {
        IReadOnlyList<string> found = RouteClashes.Find([Route(door, new StubDoor("Stub")), Route(native, null)]);

        Assert.Equal(clashes, found.Count > 0);
        Assert.All(found, line => Assert.Contains("Doors:Stub=false", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET /{jobId}", "GET /health", false)]
    [InlineData("GET /{jobId}", "GET /{id}", true)]
    public void Find_TwoDoors_ClashWhereTheyTie(string one, string other, bool clashes) =>
        Assert.Equal(clashes, RouteClashes.Find([Route(one, new StubDoor("One")), Route(other, new StubDoor("Other"))]).Count > 0);

    [Fact]
    public void Find_OneDoorsAnswerToAllOtherMethods_ClashesWithAllButItsOwnRoutes()
    {
        var one = new StubDoor("One");
        var other = new StubDoor("Other");

        Assert.Empty(RouteClashes.Find([Route("GET /next", one), Route("* /next", one)]));
        Assert.NotEmpty(RouteClashes.Find([Route("GET /next", one), Route("* /next", other)]));
        Assert.NotEmpty(RouteClashes.Find([Route("* /next", one), Route("* /next", one)]));
        Assert.NotEmpty(RouteClashes.Find([Route("* /jobs", one), Route("GET /jobs", null)]));
    }

    [Fact]
    public void Find_Clash_NamesBothRoutesAndTheSwitch()
    {
        IReadOnlyList<string> found = RouteClashes.Find([Route("GET /jobs/{name}", null), Route("GET /jobs/{id}", new StubDoor("Stub"))]);

        Assert.Equal(["GET /jobs/{id} takes requests away from GET /jobs/{name}. Switch the door off: Doors:Stub=false."], found);
    }

    [Fact]
    public async Task Start_NativeRouteThatADoorWouldTake_FailsAndNamesBoth()
    {
        RouteClashException clash = await Assert.ThrowsAsync<RouteClashException>(
            () => ApiHost.StartAsync(routes: app => app.MapPost("/enqueue", () => "native").WithDisplayName("POST /enqueue of our own")));

        Assert.Contains("POST /enqueue of door Relay", clash.Message, StringComparison.Ordinal);
        Assert.Contains("POST /enqueue of our own", clash.Message, StringComparison.Ordinal);
        Assert.Contains("Doors:Relay=false", clash.Message, StringComparison.Ordinal);
    }

    private static RouteEndpoint Route(string route, Door? door)
    {
        string[] parts = route.Split(' ');
        List<object> metadata = door is null ? [] : [door];
        if (parts[0] != "*")
        {
            metadata.Add(new HttpMethodMetadata([parts[0]]));
        }

        return new RouteEndpoint(
            _ => Task.CompletedTask, RoutePatternFactory.Parse(parts[1]), 0, new EndpointMetadataCollection(metadata), route);
    }

    private sealed class StubDoor(string name) : Door(name)
    {
        public override bool Answers(string method, PathString path) => false;

        public override void MapRoutes(IEndpointRouteBuilder routes) => throw new NotSupportedException();

        public override Task SendAsync(HttpContext http, Problem problem) => throw new NotSupportedException();
    }
}
