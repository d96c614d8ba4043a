using System.Net;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Doors;

/// <summary>Hasty's route table, a row each, and its rules of time.</summary>
public sealed class HastyTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("""{"object_id":"a"}""", HttpStatusCode.Created, null)]
    [InlineData("""{"object_id":""}""", HttpStatusCode.Created, null)]
    [InlineData("""{"object_id":null}""", HttpStatusCode.Created, null)]
    [InlineData("""{"object_id":"a","note":"ignored"} and what follows""", HttpStatusCode.Created, null)]
    [InlineData("""{"other":"a"}""", HttpStatusCode.BadRequest, "you must provide an object_id")]
    [InlineData("{}", HttpStatusCode.BadRequest, "you must provide an object_id")]
    [InlineData("null", HttpStatusCode.BadRequest, "you must provide an object_id")]
    [InlineData("", HttpStatusCode.BadRequest, "EOF")]
    [InlineData("""{"object_id":""", HttpStatusCode.BadRequest, "unexpected EOF")]
    [InlineData("""{"object_id":1}""", HttpStatusCode.BadRequest, "json: cannot unmarshal number into Go value of type string")]
    [InlineData("""{"object_id":"a","x":[]}""", HttpStatusCode.BadRequest, "json: cannot unmarshal array into Go value of type string")]
    [InlineData("[]", HttpStatusCode.BadRequest, "json: cannot unmarshal array into Go value of type map[string]string")]
    public async Task Post_EachRow_IsAnsweredInTheEnvelope(string body, HttpStatusCode status, string? message)
    {
        Answer answer = await _host.PostAsync("/", body);

        Assert.Equal((status, "application/json"), (answer.Status, answer["Content-Type"]));
        JsonElement envelope = answer.Json.GetProperty("message");
        if (message is null)
        {
            Assert.True(envelope.GetProperty("job_id").TryGetGuid(out _));
            Assert.Null(answer["Location"]);
        }
        else
        {
            Assert.Equal(message, envelope.GetString());
        }
    }

    [Theory]
    [InlineData("{object_id}")]
    [InlineData("""{"object_id":"\ud800"}""")]
    [InlineData("\u0000")]
    public async Task Post_NotJson_Is400(string body)
    {
        Answer answer = await _host.PostAsync("/", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("invalid", answer.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_WithoutContentType_IsTaken()
    {
        using HttpRequestMessage request = ApiHost.Request(HttpMethod.Post, "/", Encoding.UTF8.GetBytes("""{"object_id":"a"}"""));
        request.Content!.Headers.ContentType = null;
        using HttpResponseMessage response = await _host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task Post_SameObjectWithinFiveMinutes_IsRefusedWhateverBecameOfTheFirst()
    {
        string first = await StartAsync("a");
        await EndAsync(first);
        await _host.AdvanceAsync(TimeSpan.FromSeconds(299));

        Answer tooSoon = await _host.PostAsync("/", """{"object_id":"a"}""");
        Assert.Equal(HttpStatusCode.BadRequest, tooSoon.Status);
        Assert.Equal("you need to wait 5 minutes before rerunning the same job", tooSoon.Json.GetProperty("message").GetString());

        await _host.AdvanceAsync(TimeSpan.FromSeconds(1));
        string second = await StartAsync("a");
        Assert.NotEqual(first, second);
        Assert.Equal("finished", (await MessageAsync(first)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Get_Job_TellsItInHastysWords()
    {
        long now = _host.Time.GetUtcNow().ToUnixTimeSeconds();
        string id = await StartAsync("object 7");

        JsonElement processing = await MessageAsync(id);
        Assert.Equal(
            ["id", "job_id", "object_id", "status", "timestamp", "sleep_time_used"],
            processing.EnumerateObject().Select(member => member.Name));
        Assert.Matches("^[0-9a-f]{24}$", processing.GetProperty("id").GetString());
        Assert.Equal((id, "object 7", "processing"), (processing.GetProperty(
            "job_id").GetString(), processing.GetProperty("object_id").GetString(), processing.GetProperty("status").GetString()));
        Assert.Equal((now, 0), (processing.GetProperty("timestamp").GetInt64(), processing.GetProperty("sleep_time_used").GetInt64()));

        await EndAsync(id, after: TimeSpan.FromSeconds(21));
        JsonElement finished = await MessageAsync(id);
        Assert.Equal(("finished", 21), (finished.GetProperty("status").GetString(), finished.GetProperty("sleep_time_used").GetInt64()));
    }

    [Fact]
    public async Task Get_JobThatIsNotDoneAfter46Seconds_IsCancelled()
    {
        string id = await StartAsync("a");
        await LeaseAsync();

        await _host.AdvanceAsync(TimeSpan.FromSeconds(46));

        Assert.Equal("cancelled", (await MessageAsync(id)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("/nonsense", "nonsense")]
    [InlineData("/0192d3f4-0000-7000-8000-000000000000", "0192d3f4-0000-7000-8000-000000000000")]
    public async Task Get_UnknownJob_Is400(string path, string id)
    {
        Answer answer = await _host.GetAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal($"no job with id: {id}", answer.Json.GetProperty("message").GetString());
    }

    /// <summary>A probe, a scraper or a browser would take a 400 in Hasty's words for the service's own.</summary>
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/Healthz")]
    [InlineData("/livez")]
    [InlineData("/metrics")]
    [InlineData("/favicon.ico")]
    [InlineData("/robots.txt")]
    public async Task Get_WhatMachinesAskOfEveryServer_IsNotAnsweredByTheDoor(string path)
    {
        Answer answer = await _host.GetAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.Status, answer["Content-Type"]));
    }

    [Fact]
    public async Task Job_StartedHere_IsANativeJobOfSimulatedWork()
    {
        string id = await StartAsync("a");

        JsonElement job = (await _host.GetAsync("/jobs/" + id)).Json;

        Assert.Equal(("simulate", "hasty", "New", "a"), (job.GetProperty("type").GetString(), job.GetProperty(
            "queue").GetString(), job.GetProperty("status").GetString(), job.GetProperty("uniqueKey").GetString()));
        Assert.Equal((15, 44), (job.GetProperty("input")
            .GetProperty("minSeconds")
            .GetInt32(), job.GetProperty("input").GetProperty("maxSeconds").GetInt32()));
        Assert.Equal((46, 50), (job.GetProperty("timeLimitSeconds").GetInt32(), job.GetProperty("leaseSeconds").GetInt32()));
    }

    [Fact]
    public async Task Job_SubmittedNatively_IsSeenHere()
    {
        JobId id = await _host.SubmitAsync("""{"externalId":"order-1"}""");

        Assert.Equal("order-1", (await MessageAsync(id.ToString())).GetProperty("object_id").GetString());
    }

    [Fact]
    public async Task Paths_OfOurOwn_AreNotTaken()
    {
        Assert.Equal(HttpStatusCode.SeeOther, (await _host.GetAsync("/", ("Accept", "text/html"))).Status);
        Assert.Equal("text/html", (await _host.GetAsync("/swagger/index.html"))["Content-Type"]?.Split(';')[0]);
        Assert.Equal("[]", (await _host.GetAsync("/jobs")).Text);
        Assert.NotEqual(HttpStatusCode.BadRequest, (await _host.GetAsync("/swagger")).Status);
        (await _host.SendAsync(HttpMethod.Put, "/jobs", null)).ShouldBeProblem(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
    }

    [Fact]
    public async Task Door_SwitchedOff_IsNotThere()
    {
        await using ApiHost closed = await ApiHost.StartAsync(settings: new() { ["Doors:Hasty"] = "false" });

        (await closed.GetAsync("/nonsense")).ShouldBeProblem(HttpStatusCode.NotFound, "route-not-found");
    }

    [Fact]
    public async Task Post_WithoutTheApiKeyThatIsAskedFor_Is401InTheEnvelope()
    {
        await using ApiHost locked = await ApiHost.StartAsync(
            settings: new() { ["Api:Keys:0:Name"] = "one", ["Api:Keys:0:Key"] = "0123456789abcdef", ["Api:Keys:0:Admin"] = "true" });

        Answer answer = await locked.PostAsync("/", """{"object_id":"a"}""");

        Assert.Equal((HttpStatusCode.Unauthorized, "application/json"), (answer.Status, answer["Content-Type"]));
        Assert.NotEmpty(answer.Json.GetProperty("message").GetString()!);
    }

    private async Task<string> StartAsync(string objectId)
    {
        Answer answer = await _host.PostAsync("/", JsonSerializer.Serialize(new { object_id = objectId }));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer.Json.GetProperty("message").GetProperty("job_id").GetString()!;
    }

    private async Task<JsonElement> LeaseAsync() =>
        Assert.Single((await _host.PostAsync("/queues/hasty/lease", """{"worker":"w"}""")).Json.EnumerateArray());

    private async Task EndAsync(string id, TimeSpan after = default)
    {
        JsonElement leased = await LeaseAsync();
        await _host.AdvanceAsync(after);
        Assert.Equal(
            HttpStatusCode.OK,
            (await _host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{leased.GetProperty("leaseToken")}}"}""")).Status);
    }

    private async Task<JsonElement> MessageAsync(string id)
    {
        Answer answer = await _host.GetAsync("/" + id);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json.GetProperty("message");
    }
}
