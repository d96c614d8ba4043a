using System.Net;
using System.Text.Json;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Doors;

/// <summary>The requests of the original Dapr sample's README and Swagger page, as its callers send them.</summary>
public sealed class DaprSampleTests : IAsyncLifetime
{
    private const string SwaggersDefault = """{"owner":"string","initialTimeout":0"""
        + ""","parameters":{"additionalProp1":"string","additionalProp2":"string","additionalProp3":"string"}}""";

    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/Jobs/StartJobWithTimeout", SwaggersDefault)]
    [InlineData("/Jobs/StartJobWithTimeout", """{"owner":null,"parameters":null}""")]
    [InlineData("/Jobs/StartJobWithTimeout", "{}")]
    [InlineData("/jobs/startjobwithtimeout", """{"owner":"microservice-x"}""")]
    [InlineData("/Jobs/StartJob", """{"owner":"microservice-x","parameters":{"a":"b"}}""")]
    public async Task Start_NotDoneInTime_Is202AndLocationLeadsToTheJob(string route, string body)
    {
        Answer started = await _host.PostAsync(route, body);

        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        Answer found = await _host.GetAsync(new Uri(started["Location"]!).PathAndQuery);
        Assert.Equal((HttpStatusCode.OK, "New"), (found.Status, found.JobStatus));
    }

    [Fact]
    public async Task Get_ByQuery_FindsTheJobWithOwnerAndParameters()
    {
        Answer started = await _host.PostAsync("/Jobs/StartJob", """{"owner":"microservice-x","parameters":{"a":"b"}}""");

        Answer found = await _host.GetAsync($"/Jobs/get?jobId={started.JobId}");

        Assert.Equal(HttpStatusCode.OK, found.Status);
        Assert.Equal(
            ("microservice-x", "b"),
            (found.Json.GetProperty("owner").GetString(), found.Json.GetProperty("input").GetProperty("a").GetString()));
    }

    [Theory]
    [InlineData("/Jobs/get?jobId=3fa85f64-5717-4562-b3fc-2c963f66afa6", HttpStatusCode.NotFound)]
    [InlineData("/Jobs/get?jobId=nonsense", HttpStatusCode.NotFound)]
    public async Task Get_UnknownJob_Is404(string path, HttpStatusCode status) =>
        Assert.Equal(status, (await _host.GetAsync(path)).Status);

    [Theory]
    [InlineData("""{"owner":""", HttpStatusCode.BadRequest)]
    [InlineData("""{"initialTimeout":"soon"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"initialTimeout":-2}""", HttpStatusCode.UnprocessableEntity)]
    public async Task Start_BadBody_IsRefused(string body, HttpStatusCode status) =>
        Assert.Equal(status, (await _host.PostAsync("/Jobs/StartJobWithTimeout", body)).Status);

    [Fact]
    public async Task Start_NotJson_Is415() =>
        Assert.Equal(
            HttpStatusCode.UnsupportedMediaType, (await _host.PostAsync("/Jobs/StartJob", "{}", ("Content-Type", "text/plain"))).Status);

    [Fact]
    public async Task Swagger_HasItsThreeOperations()
    {
        JsonElement paths = (await _host.GetAsync("/swagger/v1/swagger.json")).Json.GetProperty("paths");

        Assert.All(
            ["/Jobs/StartJobWithTimeout", "/Jobs/StartJob", "/Jobs/get"], path => Assert.True(paths.TryGetProperty(path, out _), path));
    }
}
