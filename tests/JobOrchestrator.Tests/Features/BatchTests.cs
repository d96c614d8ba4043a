using System.Net;
using System.Text.Json;

namespace JobOrchestrator.Tests.Features;

public sealed class BatchTests
{
    [Theory]
    [InlineData("""[{"input":1},{"input":2}]""")]
    [InlineData("""{"Jobs":[{"input":1},{"INPUT":2}]}""")]
    public async Task Batch_AllOrNothing_GetsEveryJobInOrder(string body)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs/batch", body);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal([1, 2], answer.Json.EnumerateArray().Select(job => job.GetProperty("input").GetInt32()));
        Assert.Equal(2, (await host.GetAsync("/jobs")).Json.GetArrayLength());
    }

    [Fact]
    public async Task Batch_OneRefused_ChangesNothingAndNamesIt()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs/batch", """[{"externalId":"a"},{"externalId":"a"}]""");

        answer.ShouldBeProblem(HttpStatusCode.Conflict, "duplicate-job");
        Assert.Equal(1, answer.Json.GetProperty("index").GetInt32());
        Assert.Equal(0, (await host.GetAsync("/jobs")).Json.GetArrayLength());

        // It was sent to the first of the two, which was never made.
        Assert.Contains("of job 0 of it", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((null, null), (answer["Location"], answer["Retry-After"]));
        Assert.False(answer.Json.TryGetProperty("jobId", out _));
    }

    [Fact]
    public async Task Batch_AKeyIsTakenByAJobThatIsThere_NamesThatJob()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer holder = await host.PostAsync("/jobs", """{"externalId":"a"}""");

        Answer answer = await host.PostAsync("/jobs/batch", """[{},{"externalId":"a"}]""");

        answer.ShouldBeProblem(HttpStatusCode.Conflict, "duplicate-job");
        Assert.Equal(holder["Location"], answer["Location"]);
    }

    [Fact]
    public async Task Batch_BadEntries_AreNamedByPointer()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs/batch", """{"jobs":[{},{"priority":1e10},{"backoff":{"jitter":2}}]}""");

        JsonElement errors = answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request").Json.GetProperty("errors");
        Assert.Equal(["/jobs/1/priority", "/jobs/2/backoff/jitter"], errors.EnumerateObject().Select(error => error.Name));
        Assert.Equal(0, (await host.GetAsync("/jobs")).Json.GetArrayLength());
    }

    /// <summary>H6: an answer of ten thousand jobs that were there already had no bound.</summary>
    [Theory]
    [InlineData("?onDuplicate=return")]
    [InlineData("?onDuplicate=return&atomic=false")]
    public async Task Batch_JobsThatAreThereAlready_AreShownWithoutTheirValuesFromSomePointOn(string query)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string value = new('x', 250_000);
        for (int i = 0; i < 40; i++)
        {
            await host.SubmitAsync($$"""{"externalId":"e{{i}}","input":"{{value}}"}""");
        }

        string body = $"[{string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"externalId":"e{{i}}"}"""))}]";
        Answer answer = await host.PostAsync("/jobs/batch" + query, body);

        JsonElement[] jobs = [
            .. answer.Json.EnumerateArray().Select(item => item.TryGetProperty("job", out JsonElement job) ? job : item)];
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"e{i}"), jobs.Select(job => job.GetProperty("externalId").GetString()));
        Assert.Equal(value, jobs[0].GetProperty("input").GetString());
        Assert.False(jobs[^1].TryGetProperty("input", out _));
        Assert.InRange(answer.Text.Length, 1, 9 * 1024 * 1024);
    }

    [Fact]
    public async Task Batch_SeveralShards_IsRefusedUnlessEachForItself()
    {
        await using ApiHost host = await ApiHost.StartAsync(replica: settings => settings with { Shards = 8 });
        string body = "[" + string.Join(',', Enumerable.Range(0, 20).Select(i => $$"""{"queue":"q{{i}}"}""")) + "]";

        Answer atomic = await host.PostAsync("/jobs/batch", body);
        Answer each = await host.PostAsync("/jobs/batch?atomic=false", body);

        atomic.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "batch-spans-shards");
        Assert.Equal(HttpStatusCode.OK, each.Status);
        Assert.All(each.Json.EnumerateArray(), outcome => Assert.Equal(202, outcome.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task Batch_EachForItself_TellsEachOutcome()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync(
            "/jobs/batch?atomic=false", """[{"externalId":"a"},{"externalId":"a"},{"priority":"high"},{"maxRetries":-1},null]""");

        List<JsonElement> outcomes = [.. answer.Json.EnumerateArray()];
        string id = outcomes[0].GetProperty("job").GetProperty("id").GetString()!;
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal([202, 409, 400, 422, 400], outcomes.Select(outcome => outcome.GetProperty("status").GetInt32()));
        Assert.Equal($"http://localhost/jobs/{id}", outcomes[0].GetProperty("location").GetString());
        Assert.Equal($"http://localhost/jobs/{id}", outcomes[1].GetProperty("location").GetString());
        Assert.Equal("/problems/duplicate-job", outcomes[1].GetProperty("problem").GetProperty("type").GetString());
        Assert.True(outcomes[3].GetProperty("problem").GetProperty("errors").TryGetProperty("/3/maxRetries", out _));
    }

    [Fact]
    public async Task Batch_OverTheBounds_Gets413()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            settings: new() { ["Api:BatchItemsMax"] = "3" }, replica: HostedShards.JobsInOneWrite(2));

        (await host.PostAsync("/jobs/batch", "[{},{},{}]")).ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too-large");
        (await host.PostAsync("/jobs/batch?atomic=false", "[{},{},{},{}]")).ShouldBeProblem(
            HttpStatusCode.RequestEntityTooLarge, "too-large");
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/jobs/batch?atomic=false", "[{},{},{}]")).Status);
    }

    [Fact]
    public async Task Batch_LargerThanOneWriteTakes_Gets413UnlessEachForItself()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string body = "[" + string.Join(',', Enumerable.Repeat($$"""{"input":"{{new string('x', 100_000)}}"}""", 10)) + "]";

        (await host.PostAsync("/jobs/batch", body)).ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too-large");
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/jobs/batch?atomic=false", body)).Status);
    }

    [Theory]
    [InlineData("/jobs/batch", HttpStatusCode.Accepted)]
    [InlineData("/jobs/batch?atomic=false", HttpStatusCode.OK)]
    public async Task Batch_Empty_IsDone(string path, HttpStatusCode status)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync(path, "[]");

        Assert.Equal(status, answer.Status);
        Assert.Equal("[]", answer.Text);
    }

    [Fact]
    public async Task Batch_SameIdempotencyKey_IsReplayedOrRefusedWhole()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer first = await host.PostAsync("/jobs/batch", "[{},{}]", ("Idempotency-Key", "k"));

        Answer again = await host.PostAsync("/jobs/batch", "[{},{}]", ("Idempotency-Key", "k"));
        Answer longer = await host.PostAsync("/jobs/batch", "[{},{},{}]", ("Idempotency-Key", "k"));

        Assert.Null(first["Idempotency-Replayed"]);
        Assert.Equal("true", again["Idempotency-Replayed"]);
        Assert.Equal(first.Text, again.Text);
        longer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        Assert.Equal(2, (await host.GetAsync("/jobs")).Json.GetArrayLength());
    }

    /// <summary>An item's key is made of the batch's, and a caller may choose one that looks like it.</summary>
    [Theory]
    [InlineData("z", "z#0")]
    [InlineData("order#7", "order#7#0")]
    public async Task Batch_AnItemsKey_IsNoSingleJobs(string batch, string alone)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer many = await host.PostAsync("/jobs/batch", "[{}]", ("Idempotency-Key", batch));
        Answer one = await host.PostAsync("/jobs", "{}", ("Idempotency-Key", alone));
        Answer again = await host.PostAsync("/jobs", "{}", ("Idempotency-Key", alone));
        Answer manyAgain = await host.PostAsync("/jobs/batch", "[{}]", ("Idempotency-Key", batch));

        Assert.True(one.Status == HttpStatusCode.Accepted, one.Text);
        Assert.Null(one["Idempotency-Replayed"]);
        Assert.Equal(("true", one.JobId), (again["Idempotency-Replayed"], again.JobId));
        Assert.Equal(many.Text, manyAgain.Text);
        Assert.Equal(2, (await host.GetAsync("/jobs")).Json.GetArrayLength());
    }
}
