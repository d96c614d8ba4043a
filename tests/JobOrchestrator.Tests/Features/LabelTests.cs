using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

public sealed class LabelTests
{
    [Theory]
    [InlineData("/jobs")]
    [InlineData("/Jobs/StartJob")]
    [InlineData("/Jobs/StartJobWithTimeout")]
    public async Task Submit_WithLabels_GivesThemBackInTheOrderOfTheirKeys(string route)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer submitted = await host.PostAsync(route, """{"labels":{"tenant":"42","Area":"n\u00f6rd \"1\"","none":null}}""");

        string id = submitted.Json.GetProperty("id").GetString()!;
        Assert.Equal("""{"Area":"nörd \"1\"","tenant":"42"}""", submitted.Json.GetProperty("labels").GetRawText());
        Assert.Contains("\"labels\":{\"Area\":", (await host.GetAsync($"/jobs/{id}")).Text, StringComparison.Ordinal);
        Assert.Contains("\"tenant\":\"42\"", (await host.GetAsync("/jobs")).Text, StringComparison.Ordinal);
        Answer leased = await host.PostAsync("/queues/default/lease", """{"worker":"w"}""");
        Assert.Contains("\"tenant\":\"42\"", leased.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_Many_EachHasItsOwn()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs/batch", """[{"labels":{"a":"1"}},{"labels":{"a":"2"}},{}]""");

        Assert.Equal(
            ["1", "2", null],
            answer.Json.EnumerateArray().Select(job => (job.TryGetProperty("job", out JsonElement inner) ? inner : job)
                .TryGetProperty("labels", out JsonElement labels) ? labels.GetProperty("a").GetString() : null));
    }

    [Theory]
    [InlineData("""{"labels":{"a b":"x"}}""", 422, "/labels/a b")]
    [InlineData("""{"labels":{"":"x"}}""", 422, "/labels/")]
    [InlineData("""{"labels":{"-a":"x"}}""", 422, "/labels/-a")]
    [InlineData("""{"labels":{"a~/b":"x"}}""", 422, "/labels/a~0~1b")]
    [InlineData("""{"labels":{"a":""}}""", 422, "/labels/a")]
    [InlineData("""{"labels":{"a":"x\ty"}}""", 422, "/labels/a")]
    [InlineData("""{"labels":{"a":"x","a":"y"}}""", 422, "/labels/a")]
    [InlineData("""{"labels":{"a":"x","\u0061":"y"}}""", 422, "/labels/a")]
    [InlineData("""{"labels":{"a":7}}""", 400, "/labels/a")]
    [InlineData("""{"labels":{"a":{"b":"c"}}}""", 400, "/labels/a")]
    [InlineData("""{"labels":{"a":"\ud800"}}""", 400, null)]
    [InlineData("""{"labels":["a"]}""", 400, "/labels")]
    [InlineData("""{"labels":"a"}""", 400, "/labels")]
    [InlineData("""{"label":{"a":"x"}}""", 422, "/label")]
    public async Task Submit_OddLabels_AreRefusedWithTheirPlace(string body, int status, string? place)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", body);

        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(place ?? "surrogate", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_AtAndBeyondTheBounds()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (string longest, string value) = (new string('k', JobLabels.KeyCharactersMax - 2), new string('é', JobLabels.ValueCharactersMax));
        var most = Enumerable.Range(10, JobLabels.CountMax).ToDictionary(number => $"{number}{longest}", _ => value);
        var more = new Dictionary<string, string>(most) { ["one-more"] = "x" };
        var longKey = new Dictionary<string, string>() { [new string('k', JobLabels.KeyCharactersMax + 1)] = "x" };
        var longValue = new Dictionary<string, string>() { ["k"] = new string('x', JobLabels.ValueCharactersMax + 1) };

        Answer[] answers = [await SubmitAsync(most), await SubmitAsync(more), await SubmitAsync(longKey), await SubmitAsync(longValue)];

        Assert.Equal([202, 422, 422, 422], answers.Select(answer => (int)answer.Status));
        Assert.Contains("/labels: At most 16 labels.", answers[1].Text, StringComparison.Ordinal);

        Task<Answer> SubmitAsync(Dictionary<string, string> labels) => host.PostAsync("/jobs", JsonSerializer.Serialize(new { labels }));
    }

    [Fact]
    public async Task Patch_Labels_SetsAndTakesAwayWhateverTheJobDoes()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.PostAsync("/jobs", """{"labels":{"a":"1","b":"2"}}""");
        (JobId id, _) = await host.LeaseAsync();

        Answer changed = await PatchAsync(host, id, """{"labels":{"a":"9","b":null}}""");
        Answer moved = await PatchAsync(host, id, """{"priority":3,"labels":{"a":"8"}}""");
        Answer nothing = await PatchAsync(host, id, """{"labels":null}""");

        Assert.Equal((HttpStatusCode.OK, """{"a":"9"}"""), (changed.Status, changed.Json.GetProperty("labels").GetRawText()));
        Assert.Equal(HttpStatusCode.Conflict, moved.Status);
        Assert.Equal(422, (int)nothing.Status);
        Assert.Equal(3, changed.Json.GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task Patch_OfAFinishedJob_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId id = await host.SubmitAsync();
        await host.PostAsync($"/jobs/{id}/cancel", "");

        Answer answer = await PatchAsync(host, id, """{"labels":{"a":"1"}}""");

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("already-finished", answer.Text, StringComparison.Ordinal);
    }

    private static Task<Answer> PatchAsync(ApiHost host, JobId id, string body) => host.SendAsync(HttpMethod.Patch, $"/jobs/{id}", body);
}
