using System.Net;
using System.Text.Json;
using JobOrchestrator.BuiltIn;
using JobOrchestrator.Core;
using JobOrchestrator.Tests.Features;

namespace JobOrchestrator.Tests.Doors;

/// <summary>The requests of Fermyon's "Long Running Jobs over HTTP" as its clients send them; its routes are native ones.</summary>
public sealed class FermyonSampleTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("""{"input":"hello"}""")]
    [InlineData("""{"input":""}""")]
    public async Task Post_Input_IsAcceptedAndLocationLeadsToTheJob(string body)
    {
        Answer created = await _host.PostAsync("/jobs", body);

        Assert.Equal(HttpStatusCode.Accepted, created.Status);
        Answer found = await _host.GetAsync(new Uri(created["Location"]!).PathAndQuery);
        Assert.Equal((HttpStatusCode.OK, created.JobId, "New"), (found.Status, found.JobId, found.JobStatus));
    }

    [Fact]
    public async Task Get_Jobs_IsAnArrayOfThem()
    {
        JobId first = await _host.SubmitAsync("""{"input":"a"}""");
        JobId second = await _host.SubmitAsync("""{"input":"b"}""");

        JsonElement[] jobs = [.. (await _host.GetAsync("/jobs")).Json.EnumerateArray()];

        Assert.Equal([second.Value, first.Value], jobs.Select(job => job.GetProperty("id").GetGuid()));
    }

    [Theory]
    [InlineData("GET", "/jobs/nonsense", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/jobs", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/jobs", HttpStatusCode.BadRequest)]
    public async Task OtherRows_HaveItsStatus(string method, string path, HttpStatusCode status) =>
        Assert.Equal(status, (await _host.SendAsync(new HttpMethod(method), path, method == "POST" ? "{" : null)).Status);

    [Theory]
    [InlineData("foobar")]
    [InlineData("FooBar")]
    public void Work_OnFoobar_FailsWithItsWords(string input)
    {
        var work = Simulation.Parse(JsonText.Of(JsonSerializer.Serialize(input)));

        Assert.Equal(("Received 'foobar' as input", 0.0), (work.Failure?.Title, work.MaxSeconds));
    }

    [Theory]
    [InlineData("\"hello\"", "\"hello!\"")]
    [InlineData("\"\"", "\"!\"")]
    [InlineData("\"say \\\"ü\\\"\"", "\"say \\\"ü\\\"!\"")]
    public void Work_OnAnyOtherText_GivesItBackWithAnExclamationMark(string input, string result)
    {
        var work = Simulation.Parse(JsonText.Of(input));

        Assert.Equal((null, result), (work.Failure, work.Result?.ToString()));
    }
}
