using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Health;

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
                "delete /jobs/{id}", "get /Jobs/get", "get /actions", "get /actions/{id}", "get /audit", "get /errors",
                "get /events", "get /jobs", "get /jobs/count",
                "get /jobs/{id}", "get /jobs/{id}/changes",
                "get /jobs/{id}/events",
                "get /jobs/{id}/result", "get /jobs/{id}/why", "get /marks", "get /me", "get /owners", "get /queues",
                "get /queues/{queue}", "get /replicas", "get /search/suggest", "get /stats", "get /workers", "patch /jobs/{id}",
                "patch /queues/{queue}",
                "post /Jobs/StartJob", "post /Jobs/StartJobWithTimeout", "post /actions/{id}/undo", "post /jobs", "post /jobs/actions",
                "post /jobs/batch", "post /jobs/cancels",
                "post /jobs/report", "post /jobs/{id}/cancel", "post /jobs/{id}/complete", "post /jobs/{id}/fail",
                "post /jobs/{id}/heartbeat",
                "post /jobs/{id}/release", "post /jobs/{id}/retry", "post /marks", "post /me/ticket",
                "post /queues/{queue}/lease", "post /queues/{queue}/pause",
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
                    operation.Value.GetProperty("tags")[0].GetString(),
                    new[] { "Jobs", "Workers", "Queues", "Events", "Operations", "Access", "Audit" });
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
            ["Jobs", "Workers", "Queues", "Events", "Access", "Audit", "Health"],
            tags.EnumerateArray().Select(tag => tag.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task Document_Operations_HaveNamesOfTheirOwn()
    {
        await using ApiHost host = await ApiHost.StartAsync(routes: app => app.MapHealth());
        ApiDocument document = await ApiDocument.OfAsync(host);

        Assert.Equal(
            [
                "actOnJobs", "cancelJob", "completeJob", "countJobs", "deleteJob", "explainJob", "failJob",
                "followJob", "getAction", "getAudit", "getJob", "getJobByQuery",
                "getJobResult",
                "getLive", "getMe", "getQueue", "getReady", "getStats", "heartbeatJob", "leaseJobs", "listActions", "listErrors",
                "listJobChanges", "listJobs", "listMarks", "listOwners", "listQueues", "listReplicas", "listWorkers",
                "makeTicket", "moveJob",
                "pauseQueue",
                "purgeQueue", "readEvents", "releaseJob", "reportJobs", "resumeQueue", "retryJob", "retryQueue", "setMark", "setQueue",
                "startJob", "startJobWithTimeout", "submitJob", "submitJobs", "suggestTerms", "undoAction", "waitForCancels",
            ],
            document.Operations.Select(operation => operation.Said.GetProperty("operationId").GetString()!).Order(StringComparer.Ordinal));
    }

    /// <summary>Generators make an optional number of what is nullable, and a 0 that counts of what is not.</summary>
    [Fact]
    public async Task Document_MembersThatMayBeMissing_AreNullableAndNumbersHaveAFormat()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        ApiDocument document = await ApiDocument.OfAsync(host);
        foreach (JsonProperty schema in document.Schemas.EnumerateObject())
        {
            if (!schema.Value.TryGetProperty("properties", out JsonElement members))
            {
                continue;
            }

            string[] required = schema.Value.TryGetProperty("required", out JsonElement names)
                ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
                : [];
            foreach (JsonProperty member in members.EnumerateObject())
            {
                JsonElement said = document.Resolve(member.Value);
                string? type = said.TryGetProperty("type", out JsonElement named) ? named.GetString() : null;
                bool isNullable = said.TryGetProperty("nullable", out JsonElement nullable) && nullable.GetBoolean();
                if (type is not null and not "object")
                {
                    Assert.True(isNullable != required.Contains(member.Name), $"{schema.Name}.{member.Name}");
                }

                Assert.True(type is not ("integer" or "number") || said.TryGetProperty("format", out _), $"{schema.Name}.{member.Name}");
            }
        }
    }

    [Fact]
    public async Task Document_Defaults_AreThoseThatCount()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        ApiDocument document = await ApiDocument.OfAsync(host);
        Answer job = await host.PostAsync("/jobs", "{}");
        foreach (JsonProperty member in document.Schemas.GetProperty("Submission").GetProperty("properties").EnumerateObject())
        {
            if (document.Resolve(member.Value).TryGetProperty("default", out JsonElement value))
            {
                Assert.Equal(value.GetRawText(), job.Json.GetProperty(member.Name).GetRawText());
            }
        }

        Answer backedOff = await host.PostAsync("/jobs", """{"backoff":{}}""");
        foreach (JsonProperty member in document.Schemas.GetProperty("Backoff").GetProperty("properties").EnumerateObject())
        {
            Assert.Equal(
                document.Resolve(member.Value).GetProperty("default").GetRawText(),
                backedOff.Json.GetProperty("backoff").GetProperty(member.Name).GetRawText());
        }
    }

    [Fact]
    public async Task Document_Words_StandThereOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string document = (await host.GetAsync("/openapi/v1.json")).Text;

        Assert.Equal(12 + 1, Regex.Count(document, "\"enum\":")); // and the header that says true
    }

    [Fact]
    public async Task Document_Problems_HaveAnExampleOfTheirStatus()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        ApiDocument document = await ApiDocument.OfAsync(host);
        foreach ((_, string path, JsonElement said) in document.Operations)
        {
            foreach (JsonProperty response in said.GetProperty("responses").EnumerateObject().Where(response => response.Name[0] > '3'))
            {
                foreach (JsonProperty example in response.Value.GetProperty("content").GetProperty("application/problem+json")
                    .GetProperty("examples").EnumerateObject())
                {
                    JsonElement value = document.Resolve(example.Value).GetProperty("value");

                    Assert.Equal($"/problems/{example.Name}", value.GetProperty("type").GetString());
                    Assert.Equal(response.Name, value.GetProperty("status").GetRawText());
                    Assert.NotEmpty(value.GetProperty("detail").GetString()!);
                }
            }

            Assert.True(
                !path.Contains('{', StringComparison.Ordinal)
                    || said.GetProperty("parameters").EnumerateArray().Any(parameter => parameter.TryGetProperty("example", out _)),
                path);
        }
    }

    [Fact]
    public async Task Document_WithoutKeys_HasSchemesForThePageAndAsksForNone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonElement document = (await host.GetAsync("/openapi/v1.json")).Json;

        JsonElement schemes = document.GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal("bearer", schemes.GetProperty("key").GetProperty("scheme").GetString());
        Assert.Equal("X-Api-Key", schemes.GetProperty("keyHeader").GetProperty("name").GetString());
        Assert.Empty(document.GetProperty("security")[0].EnumerateObject());
    }

    /// <summary>The page asks for the first media type: a stream that does not end would hang it.</summary>
    [Fact]
    public async Task Document_Feed_IsAPageFirst()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        ApiDocument document = await ApiDocument.OfAsync(host);

        JsonElement content = document.Operation("readEvents").GetProperty("responses").GetProperty("200").GetProperty("content");

        Assert.Equal(["application/json", "text/event-stream"], content.EnumerateObject().Select(media => media.Name));
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
    public async Task Document_IsWhereTheRootLeadsPrograms()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer root = await host.GetAsync("/");
        Answer document = await host.GetAsync(root.Json.GetProperty("openApi").GetString()!);
        Answer page = await host.GetAsync("/swagger/index.html");

        Assert.Equal(HttpStatusCode.OK, document.Status);
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
