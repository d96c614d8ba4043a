using System.Net;
using JobOrchestrator.Sdk.Tests.Fakes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TestSupport;
using static JobOrchestrator.Sdk.Tests.Events.OwnerHost;

namespace JobOrchestrator.Sdk.Tests.Events;

/// <summary>An event that cannot be read spoils nothing but itself.</summary>
public sealed class OddEventsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Told _told = new();

    public void Dispose() => _folder.Dispose();

    private static string Deep(int depth) => new string('[', depth) + new string(']', depth);

    public static TheoryData<string, string> Odd => new()
    {
        { """{"type":"job.updated","data":{"owner":"shop","jobId":"odd","sequence":1,"status":"Frozen"}}""", "odd-1: " },
        { """{"type":"job.updated","data":{"owner":"shop","jobId":"odd","sequence":1,"status":7}}""", "odd-1: " },
        { """{"type":"job.updated","data":{"owner":"shop","jobId":"odd","sequence":1,"attempt":"one"}}""", "odd-1: " },
        { """{"type":"job.updated","data":{"owner":"shop","jobId":"odd","sequence":1,"attempt":99999999999}}""", "odd-1: " },
        { """{"type":"job.updated","data":{"owner":"shop","jobId":"odd","sequence":1,"occurredAt":"yesterday"}}""", "odd-1: " },
        { """{"type":"job.updated","data":{"owner":"shop","jobId":"odd","sequence":1,"type":"\udc00"}}""", "odd-1: " },
        { $$$"""{"type":"job.failed","data":{"owner":"shop","jobId":"odd","sequence":1,"error":{{{Deep(5_000)}}}}}""", "odd-1: " },
        { $$$"""{"type":"job.failed","extra":{{{Deep(200)}}},"data":{"owner":"shop","jobId":"odd","sequence":1}}""", "odd-1: " },
        { """{"type":"job.updated","data":{"owner":"shop","sequence":1}}""", "It names no job" },
        { """{"type":"job.updated","data":{"owner":"shop","jobId":"odd"}}""", "It names no job" },
        { """{"type":"job.updated","data":[]}""", "job.updated" },
        { """{"type":"job.updated"}""", "It names no job" },
        { "null", "null: " },
        { "7", "7: " },
        { "\"an event\"", "an event" },
        { "[]", "[]: " },
    };

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Feed_OneEventCannotBeRead_OthersAreHandledAndItIsShown(string odd, string said)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Feed.Add(Event("a", 1));
        orchestrator.Feed.Add(odd);
        orchestrator.Feed.Add(Event("b", 1));
        orchestrator.Feed.Add(Event("c", 1));
        await using OwnerHost owner = await OwnerHost.StartAsync(orchestrator, _folder.Path, _told.AddTo);

        await Eventually.TrueAsync(() => File.Exists(_folder["cursor"]) && File.ReadAllText(_folder["cursor"]) == "4", "the end");

        Assert.Equal(["a-1", "b-1", "c-1"], _told.Events.Select(jobEvent => jobEvent.Id));
        HealthReportEntry health = await owner.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("Set aside since the start: 1 of the events", health.Description, StringComparison.Ordinal);
        Assert.Contains(said, health.Description, StringComparison.Ordinal);
        Assert.Equal(1, owner.Log.Warnings("cannot be read and is set aside"));
    }

    /// <summary>An odd event of a job must not make the feed be read for its gap after each of its other events.</summary>
    [Fact]
    public async Task Feed_OddEventThatSaysWhichItIs_LeavesNoGap()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Feed.Add(Event("a", 1));
        orchestrator.Feed.Add("""{"type":"job.updated","data":{"owner":"shop","jobId":"a","sequence":2,"status":"Frozen"}}""");
        await using OwnerHost owner = await OwnerHost.StartAsync(orchestrator, _folder.Path, _told.AddTo);
        await Eventually.TrueAsync(() => File.Exists(_folder["cursor"]) && File.ReadAllText(_folder["cursor"]) == "2", "the end");
        JobEventInbox inbox = owner.Services.GetRequiredService<JobEventInbox>();

        await owner.DeliverAsync(Event("a", 3));

        Assert.Equal(["a-1 New Feed", "a-3 New Broker"], _told.Lines);
        Assert.Contains(File.ReadLines(_folder["handled"]), line => line == "2 a");
        Assert.Equal(0, inbox.JobsInHand);
    }

    [Fact]
    public async Task Delivery_ThatIsNoEvent_IsShown()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await OwnerHost.StartAsync(orchestrator, _folder.Path, _told.AddTo);

        using HttpResponseMessage dropped = await owner.DeliverAsync($$"""{"type":"job.created","data":{{Deep(200)}}}""");
        HttpStatusCode next = await owner.DeliverAsync(Event("a", 1));

        Assert.Equal("""{"status":"DROP"}""", await dropped.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, next);
        HealthReportEntry health = await owner.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("a delivery to /JobEvents/JobUpdated: ", health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliveries_ThatAreNoEvents_AreEachCounted()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await OwnerHost.StartAsync(orchestrator, _folder.Path, _told.AddTo);

        (await owner.DeliverAsync("""{"type":"job.created"}""")).Dispose();
        (await owner.DeliverAsync("""{"type":"job.created"}""")).Dispose();
        (await owner.DeliverAsync("{")).Dispose();

        string description = (await owner.HealthAsync()).Description!;
        Assert.Contains("Set aside since the start: 3 of the events, ", description, StringComparison.Ordinal);
        Assert.Equal(3, description.Split("a delivery to ").Length);
    }

    public static TheoryData<int, string, string> Answers => new()
    {
        { 200, "text/html", "<html>Sign in</html>" },
        { 200, "application/json", "" },
        { 200, "application/json", "null" },
        { 200, "application/json", "[]" },
        { 200, "application/json", "{}" },
        { 200, "application/json", """{"events":null,"cursor":"1"}""" },
        { 200, "application/json", """{"events":{},"cursor":"1"}""" },
        { 200, "application/json", """{"events":[]}""" },
        { 200, "application/json", """{"events":[],"cursor":7}""" },
        { 200, "application/json", """{"events":[""" },
        { 204, "application/json", "" },
        { 301, "text/html", "" },
        { 302, "text/html", "" },
        { 400, "application/problem+json", "{" },
        { 404, "text/html", "<html>" },
        { 410, "application/problem+json", "{}" },
        { 500, "application/json", "7" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Feed_OddAnswer_CostsNothingButTheTry(int status, string type, string body)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Feed.Add(Event("a", 1));
        orchestrator.Faults.AnswerNext((HttpStatusCode)status, body: body, type: type, path: "/events");
        await using OwnerHost owner = await OwnerHost.StartAsync(orchestrator, _folder.Path, _told.AddTo);

        await Eventually.TrueAsync(() => _told.Lines.Count == 1, "the event");

        Assert.Equal(1, owner.Log.Warnings("The feed could not be read"));
        await Eventually.TrueAsync(async () => (await owner.HealthAsync()).Status == HealthStatus.Healthy, "health");
    }

    /// <summary>A proxy that remembers a page brings it for ever.</summary>
    [Fact]
    public async Task Feed_BringsThePageAgainAndAgain_IsATryThatFailed()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        const string Page = """{"events":[{"type":"job.updated","data":{"owner":"shop","jobId":"a","sequence":1}}],"cursor":"1"}""";
        orchestrator.Faults.AnswerNext(HttpStatusCode.OK, body: Page, path: "/events");
        orchestrator.Faults.AnswerNext(HttpStatusCode.OK, body: Page, path: "/events");
        await using OwnerHost owner = await OwnerHost.StartAsync(orchestrator, _folder.Path, _told.AddTo);

        await Eventually.TrueAsync(() => owner.Log.Warnings("its cursor (1) does not move") == 1, "a warning");

        Assert.Equal(["a-1 New Feed"], _told.Lines);
    }
}
