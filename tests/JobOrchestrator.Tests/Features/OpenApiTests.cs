using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>The API's document and its page.</summary>
public sealed partial class OpenApiTests
{
    [Fact]
    public async Task Document_HasEveryRoute()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement paths = (await host.GetAsync("/swagger/v1/swagger.json")).Json.GetProperty("paths");

        Assert.Equal(
            [
                "delete /jobs/{id}", "get /Jobs/get", "get /audit", "get /events", "get /jobs", "get /jobs/{id}", "get /jobs/{id}/events",
                "get /jobs/{id}/result", "get /queues",
                "get /queues/{queue}", "patch /jobs/{id}", "post /Jobs/StartJob", "post /Jobs/StartJobWithTimeout", "post /jobs",
                "post /jobs/batch",
                "post /jobs/report", "post /jobs/{id}/cancel", "post /jobs/{id}/complete", "post /jobs/{id}/fail",
                "post /jobs/{id}/heartbeat",
                "post /jobs/{id}/release", "post /jobs/{id}/retry", "post /queues/{queue}/lease", "post /queues/{queue}/pause",
                "post /queues/{queue}/purge", "post /queues/{queue}/resume",
                "post /queues/{queue}/retry",
            ],
            paths.EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name} {path.Name}"))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Document_EveryOperation_HasAHeadingASummaryAndAnswersAndKnowsItsPathsParameters()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Answer answer = await host.GetAsync("/swagger/v1/swagger.json");

        foreach (JsonProperty path in answer.Json.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                Assert.Contains(
                    operation.Value.GetProperty("tags")[0].GetString(), new[] { "Jobs", "Workers", "Queues", "Events", "Audit" });
                Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
                Assert.Contains(operation.Value.GetProperty("responses").EnumerateObject(), response => response.Name[0] == '2');
                Assert.Contains(operation.Value.GetProperty("responses").EnumerateObject(), response => response.Name[0] is '4' or '5');
                Assert.Equal(
                    PathParameter().Matches(path.Name).Select(match => match.Groups[1].Value),
                    operation.Value.TryGetProperty("parameters", out JsonElement parameters)
                        ? parameters.EnumerateArray()
                            .Where(parameter => parameter.GetProperty("in").GetString() == "path")
                            .Select(parameter => parameter.GetProperty("name").GetString()!)
                        : []);
            }
        }

        JsonElement schemas = answer.Json.GetProperty("components").GetProperty("schemas");
        Assert.All(
            SchemaReference().Matches(answer.Text),
            reference => Assert.True(schemas.TryGetProperty(reference.Groups[1].Value, out _), reference.Value));
    }

    [Fact]
    public async Task Document_Headings_JobsComeFirst()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement tags = (await host.GetAsync("/swagger/v1/swagger.json")).Json.GetProperty("tags");

        Assert.Equal(
            ["Jobs", "Workers", "Queues", "Events", "Audit", "Health"],
            tags.EnumerateArray().Select(tag => tag.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task Document_Examples_RunWhenTried()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: new() { ["Api:WaitSecondsMax"] = "0" });
        JsonElement paths = (await host.GetAsync("/swagger/v1/swagger.json")).Json.GetProperty("paths");
        int tried = 0;
        foreach (JsonProperty path in paths.EnumerateObject())
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                if (!operation.Value.TryGetProperty("requestBody", out JsonElement body))
                {
                    continue;
                }

                foreach (JsonProperty example in body.GetProperty("content")
                    .GetProperty("application/json")
                    .GetProperty("examples")
                    .EnumerateObject())
                {
                    await TryAsync(host, operation.Name, path.Name, example.Value.GetProperty("value").GetRawText());
                    tried++;
                }
            }
        }

        Assert.InRange(tried, 14, 100);
    }

    [Fact]
    public async Task Page_IsWhereTheRootLeads()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer root = await host.GetAsync("/");
        Answer page = await host.GetAsync("/swagger/index.html");

        Assert.Equal(HttpStatusCode.Found, root.Status);
        Assert.Equal("/swagger", root["Location"]);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("swagger-ui", page.Text, StringComparison.Ordinal);
    }

    /// <summary>As a reader of the page would: with the id and the token of a job that is there.</summary>
    private static async Task TryAsync(ApiHost host, string method, string path, string body)
    {
        string id = "";
        if (path.Contains("{id}", StringComparison.Ordinal))
        {
            JobId waiting = await host.SubmitAsync("""{"queue":"tried"}""");
            id = waiting.ToString();
            if (method == "post")
            {
                (JobId leased, string token) = await host.LeaseAsync("tried");
                (id, body) = (leased.ToString(), body.Replace("…", token, StringComparison.Ordinal));
            }
        }

        Answer answer = await host.SendAsync(
            new HttpMethod(method.ToUpperInvariant()),
            path.Replace("{id}", id, StringComparison.Ordinal).Replace("{queue}", "default", StringComparison.Ordinal),
            body);

        Assert.True((int)answer.Status < 300, $"{method} {path} {body}: {(int)answer.Status} {answer.Text}");
    }

    [GeneratedRegex("\\{(\\w+)\\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex("#/components/schemas/(\\w+)")]
    private static partial Regex SchemaReference();
}
