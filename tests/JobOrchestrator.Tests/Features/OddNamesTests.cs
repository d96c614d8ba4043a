using System.Net;
using System.Text.Json;

namespace JobOrchestrator.Tests.Features;

/// <summary>
/// One odd name after another through every route: what is taken comes back exactly, in documents, lists, filters, events and answers, and
/// does nothing to queues whose names look alike; what is refused is refused by the member's name.
/// </summary>
public sealed class OddNamesTests
{
    public static TheoryData<string> Names => [.. OddNames.Taken];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Name_Taken_IsTheSameEverywhereAndNoOther(string name)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        string[] twins = OddNames.TwinsOf(name);
        foreach (string twin in twins)
        {
            await SubmitAsync(host, twin);
        }

        Answer submitted = await SubmitAsync(host, name);
        string path = $"/queues/{Uri.EscapeDataString(name)}";
        string named = $"owner={Uri.EscapeDataString(name)}&type={Uri.EscapeDataString(name)}";

        // The document, the lists and their filters.
        ShouldHave(submitted.Json, name);
        ShouldHave((await host.GetAsync(submitted["Location"]!)).Json, name);
        Assert.Equal(
            twins.Append(name).Order(StringComparer.Ordinal),
            (await PagesAsync(host, "/queues?limit=2")).Select(queue => queue.GetProperty("name").GetString()));
        JsonElement listed = Assert.Single(await PagesAsync(host, $"/jobs?limit=2&queue={Uri.EscapeDataString(name)}&{named}"));
        ShouldHave(listed, name);
        Answer feed = await host.GetAsync(
            $"/events?after=oldest&queue={Uri.EscapeDataString(name)}&owner={Uri.EscapeDataString(name)}",
            ("Accept", "application/json"));
        JsonElement created = Assert.Single(feed.Json.GetProperty("events").EnumerateArray()).GetProperty("data");
        Assert.Equal(
            (name, name, name), (Text(created, "queue"), Text(created, "type"), Text(created, "owner")));

        // The queue by its address: paused, it hands out nothing, and no other is.
        Assert.Equal((name, true), Queue(await PostAsync(host, $"{path}/pause")));
        Assert.Equal(HttpStatusCode.NoContent, (await LeaseAsync(host, path, name)).Status);
        Assert.Equal([name], (await PagesAsync(host, "/queues")).Where(queue => queue.GetProperty("paused").GetBoolean()).Select(
            queue => queue.GetProperty("name").GetString()));
        Assert.Equal((name, false), Queue(await PostAsync(host, $"{path}/resume")));

        // A worker of that name, and what becomes of the job.
        JsonElement leased = Assert.Single((await LeaseAsync(host, path, name)).Json.EnumerateArray());
        ShouldHave(leased, name);
        Answer failed = await host.PostAsync(
            $"/jobs/{submitted.JobId}/fail",
            JsonSerializer.Serialize(
                new { leaseToken = Text(leased, "leaseToken"), retry = false, error = new { type = name, title = name } }));
        Assert.Equal(HttpStatusCode.OK, failed.Status);
        JsonElement job = (await host.GetAsync($"/jobs/{submitted.JobId}")).Json;
        Assert.Equal(name, Text(job.GetProperty("attempts")[0], "worker"));
        Assert.Equal((name, name), (Text(job.GetProperty("error"), "type"), Text(job.GetProperty("error"), "title")));
        Assert.Equal(1, (await PostAsync(host, $"{path}/retry?{named}")).Json.GetProperty("retried").GetInt32());
        Assert.Equal(1, (await PostAsync(host, $"{path}/purge?{named}")).Json.GetProperty("purged").GetInt32());

        // Everybody else's are as they were.
        foreach (string twin in twins)
        {
            Assert.Equal(1, (await host.GetAsync($"/queues/{Uri.EscapeDataString(twin)}")).Json.GetProperty("ready").GetInt32());
        }

        Assert.True((await host.GetAsync("/audit")).Json.GetProperty("holds").GetBoolean());
    }

    /// <summary>Keys by which a job is found belong to the name as it is written.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Key_Taken_IsHeldAsItIsWritten(string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string[] keys = [name, .. OddNames.TwinsOf(name)];
        foreach (string member in new[] { "externalId", "uniqueKey" })
        {
            foreach (string key in keys)
            {
                string body = JsonSerializer.Serialize(new Dictionary<string, string> { ["queue"] = member, [member] = key });

                Answer first = await host.PostAsync("/jobs", body);
                Answer second = await host.PostAsync("/jobs", body);

                Assert.Equal(HttpStatusCode.Accepted, first.Status);
                second.ShouldBeProblem(HttpStatusCode.Conflict, "duplicate-job");
                Assert.Equal(first.JobId.ToString(), Text(second.Json, "jobId"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Relay_QueueAndId_AreTheSameInPathsAndBodies(string name)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        string[] ids = [name, .. OddNames.TwinsOf(name)];
        string jobs = JsonSerializer.Serialize(ids.Select(id => new { id, queue = name, timeout = 5, payload = 1 }));
        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync("/v1/queues/jobs", jobs)).Status);
        string path = $"/v1/queues/{Uri.EscapeDataString(name)}/jobs";

        foreach (string id in ids)
        {
            Answer job = await host.GetAsync($"{path}/{Uri.EscapeDataString(id)}");
            Assert.Equal((id, name), (Text(job.Json, "id"), Text(job.Json, "queue")));
        }

        await host.SendAsync(HttpMethod.Delete, $"{path}/{Uri.EscapeDataString(name)}", null);

        Answer left = await host.GetAsync($"{path}?num_jobs=100");
        Assert.Equal(ids.Skip(1).Order(), left.Status == HttpStatusCode.NoContent
            ? []
            : left.Json.EnumerateArray().Select(job => Text(job, "id")).Order());
    }

    /// <summary>Names that no address can have were taken, and their queues could be neither worked nor looked at.</summary>
    [Theory]
    [InlineData("queue", ".")]
    [InlineData("queue", "..")]
    [InlineData("queue", "")]
    [InlineData("type", "")]
    [InlineData("owner", "")]
    [InlineData("externalId", "")]
    [InlineData("uniqueKey", "")]
    [InlineData("queue", "a\u0000")]
    [InlineData("queue", "a\r\nb")]
    [InlineData("type", "\t")]
    [InlineData("owner", "\u0085")]
    [InlineData("externalId", "\u007F")]
    [InlineData("uniqueKey", "\u001b[2J")]
    public async Task Name_ThatNothingCanHave_IsRefusedByItsMember(string member, string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string job = JsonSerializer.Serialize(new Dictionary<string, string> { [member] = name });

        Answer one = await host.PostAsync("/jobs", job);
        Answer many = await host.PostAsync("/jobs/batch", $"[{{}},{job}]");

        one.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.Equal($"/{member}", Pointer(one));
        many.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.Equal($"/1/{member}", Pointer(many));
        Assert.Equal("[]", (await host.GetAsync("/jobs")).Text);
    }

    [Theory]
    [InlineData("queue", 257)]
    [InlineData("type", 257)]
    [InlineData("owner", 257)]
    [InlineData("externalId", 1_025)]
    [InlineData("uniqueKey", 1_025)]
    public async Task Name_OneCharacterTooLong_IsRefusedByItsMember(string member, int length)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", $$"""{"{{member}}":"{{new string('x', length)}}"}""");
        Answer fits = await host.PostAsync("/jobs", $$"""{"{{member}}":"{{new string('x', length - 1)}}"}""");

        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.Equal($"/{member}", Pointer(answer));
        Assert.Equal(HttpStatusCode.Accepted, fits.Status);
    }

    [Theory]
    [InlineData("queue", "\\ud800")]
    [InlineData("type", "a\\udc00")]
    [InlineData("owner", "\\ud83da")]
    [InlineData("externalId", "\\udc00\\ud800")]
    [InlineData("uniqueKey", "\\ud800\\ud800")]
    public async Task Name_WithHalfOfAPair_IsRefusedWithItsPlace(string member, string escaped)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/jobs", $$"""{"{{member}}":"{{escaped}}"}""");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Contains("surrogate", Text(answer.Json, "detail"), StringComparison.Ordinal);
        Assert.Equal("[]", (await host.GetAsync("/jobs")).Text);
    }

    [Theory]
    [InlineData("%0A", HttpStatusCode.UnprocessableEntity)]
    [InlineData("a%0D%0Ab", HttpStatusCode.UnprocessableEntity)]
    [InlineData("%09", HttpStatusCode.UnprocessableEntity)]
    [InlineData("%C2%85", HttpStatusCode.UnprocessableEntity)]
    [InlineData("%00", HttpStatusCode.BadRequest)]
    [InlineData("%ED%A0%80", HttpStatusCode.BadRequest)]
    [InlineData("a%FF", HttpStatusCode.BadRequest)]
    [InlineData("%C3", HttpStatusCode.BadRequest)]
    [InlineData("%C0%AF", HttpStatusCode.BadRequest)]
    public async Task Address_OfNoQueue_IsRefused(string segment, HttpStatusCode status)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        foreach (string action in new[] { "pause", "resume", "retry", "purge", "lease" })
        {
            Answer answer = await host.PostAsync($"/queues/{segment}/{action}", action == "lease" ? """{"worker":"w"}""" : "");

            Assert.True(answer.Status == status, $"{action}: {(int)answer.Status} {answer.Text}");
        }

        Assert.Equal(status, (await host.GetAsync($"/queues/{segment}")).Status);
        Assert.Equal("[]", (await host.GetAsync("/queues")).Text);
    }

    /// <summary>Bytes that are no UTF-8 were read as U+FFFD, or as the escapes themselves, which is another name.</summary>
    [Theory]
    [InlineData("GET /jobs?queue=%ED%A0%80", "queue")]
    [InlineData("GET /jobs?owner=a%FF", "owner")]
    [InlineData("GET /jobs?type=%C3", "type")]
    [InlineData("GET /jobs?status=New&cursor=%C0%AF", "cursor")]
    [InlineData("GET /events?queue=%FF", "queue")]
    [InlineData("POST /jobs?onDuplicate=%FF", "onDuplicate")]
    [InlineData("POST /queues/q/purge?owner=%ED%A0%80", "owner")]
    [InlineData("POST /queues/q/retry?type=%FF", "type")]
    [InlineData("GET /next?queue=%FF", "queue")]
    [InlineData("GET /v1/queues/q/jobs?num_jobs=%FF", "num_jobs")]
    [InlineData("GET /jobs?%FF=1", "name of a query parameter")]
    public async Task Query_NoUtf8_IsRefusedByItsName(string request, string named)
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        string[] parts = request.Split(' ');

        Answer answer = await host.SendAsync(new HttpMethod(parts[0]), parts[1], parts[0] == "POST" ? "{}" : null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(named, answer.Text, StringComparison.Ordinal);
        Assert.Contains("no UTF-8", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_LongerThanAName_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);

        (await host.GetAsync($"/queues/{new string('q', 257)}")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
    }

    [Theory]
    [InlineData("""{"worker":"a\u0000"}""", "/worker")]
    [InlineData("""{"worker":""}""", "/worker")]
    [InlineData("""{"worker":"w","queues":["a","\n"]}""", "/queues/1")]
    [InlineData("""{"worker":"w","types":["\u007f"]}""", "/types/0")]
    public async Task Lease_NamesThatNothingCanHave_AreRefusedByTheirMembers(string body, string member)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync("/queues/default/lease", body);

        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid-request");
        Assert.StartsWith(Pointer(answer), member, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id", ".")]
    [InlineData("id", "..")]
    [InlineData("queue", ".")]
    [InlineData("queue", "..")]
    public async Task Relay_NameThatNoPathCanHave_IsRefused(string member, string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string job = member == "id"
            ? $$"""[{"id":"{{name}}","queue":"q","timeout":1,"payload":1}]"""
            : $$"""[{"id":"a","queue":"{{name}}","timeout":1,"payload":1}]""";

        Answer answer = await host.PostAsync("/v2/queues/jobs", job);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains(member, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_OfAJobWithOddNames_HasOneLineOfDataForEachEvent()
    {
        const string Name = "\u2028<b>\u2029: data: x\u202E";
        await using ApiHost host = await ApiHost.StartAsync();
        Answer submitted = await SubmitAsync(host, Name);
        Answer cancelled = await host.PostAsync($"/jobs/{submitted.JobId}/cancel", "");
        Assert.Equal(HttpStatusCode.OK, cancelled.Status);

        Answer stream = await host.GetAsync($"/jobs/{submitted.JobId}/events");

        string[] data = [.. stream.Text.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal))];
        Assert.NotEmpty(data);
        Assert.All(data, line => Assert.Equal(Name, Text(JsonDocument.Parse(line["data:".Length..]).RootElement, "queue")));
    }

    private static async Task<Answer> SubmitAsync(ApiHost host, string name)
    {
        Answer answer = await host.PostAsync(
            "/jobs", JsonSerializer.Serialize(new { queue = name, type = name, owner = name, externalId = name, uniqueKey = name }));
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text);
        return answer;
    }

    private static async Task<Answer> PostAsync(ApiHost host, string path)
    {
        Answer answer = await host.PostAsync(path, "");
        Assert.True(answer.Status == HttpStatusCode.OK, $"{path}: {(int)answer.Status} {answer.Text}");
        return answer;
    }

    private static Task<Answer> LeaseAsync(ApiHost host, string path, string name) =>
        host.PostAsync($"{path}/lease", JsonSerializer.Serialize(new { worker = name, types = new[] { name }, max = 10 }));

    /// <summary>All pages of a list.</summary>
    private static async Task<List<JsonElement>> PagesAsync(ApiHost host, string first)
    {
        var all = new List<JsonElement>();
        for (string? next = first; next is not null;)
        {
            Answer page = await host.GetAsync(next);
            Assert.True(page.Status == HttpStatusCode.OK, page.Text);
            all.AddRange(page.Json.EnumerateArray());
            next = page["Link"] is { } link ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
        }

        return all;
    }

    private static void ShouldHave(JsonElement job, string name)
    {
        foreach (string member in new[] { "queue", "type", "owner", "externalId", "uniqueKey" })
        {
            Assert.Equal(name, Text(job, member));
        }
    }

    private static (string Name, bool IsPaused) Queue(Answer answer) =>
        (Text(answer.Json, "name"), answer.Json.GetProperty("paused").GetBoolean());

    /// <summary>Where the value stands that is not allowed.</summary>
    private static string Pointer(Answer answer) => Assert.Single(answer.Json.GetProperty("errors").EnumerateObject()).Name;

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
