using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Tests.Features;

using static JobOrchestrator.Tests.Doors.RelayCalls;

namespace JobOrchestrator.Tests.Doors;

/// <summary>How relay's API version 1 behaves.</summary>
public sealed class RelayV1Tests
{
    private const string Job = """{"id":"a","queue":"q","timeout":10,"payload":{"n" : 1.50},"state":[1],"max_retries":2"""
        + ""","run_at":"2029-12-31T23:59:59.123456Z","updated_at":null,"unknown":7}""";
    private const string Bare = """{"id":"b","queue":"q","timeout":10,"payload":null}""";

    [Theory]
    [InlineData(""","max_retries":0""", 1)]
    [InlineData("", 1)]
    [InlineData(""","max_retries":2""", 3)]
    [InlineData(""","max_retries":-1""", 30)]
    public async Task Retries_WorkersThatDie_AreAsManyAsSaid(string member, int deliveries)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $$"""[{"id":"a","queue":"q","timeout":5,"payload":1{{member}}}]""");

        Assert.Equal(deliveries, await host.DeliveriesAsync("GET /v1/queues/q/jobs", 5, most: 30));
        await host.ExpectAsync(deliveries == 30 ? 200 : 404, "HEAD /v1/queues/q/jobs/a");
    }

    [Fact]
    public async Task Order_RunAtThenSubmission_AndALostJobIsFirstAgain()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(
            202,
            "POST /v1/queues/jobs",
            $"[{At("c", "20:00:00.000002Z")},{At("d", "20:00:00.0000029Z")},{At("a", "20:00:00.000001Z")},{At("e", "23:00:00+02:00")}]");
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{At("b", "20:00:00.0000011Z")}]");

        string first = Ids(await host.ExpectAsync(200, "GET /v1/queues/q/jobs"));
        await host.AdvanceAsync(TimeSpan.FromSeconds(5));
        string rest = Ids(await host.ExpectAsync(200, "GET /v1/queues/q/jobs?num_jobs=10"));

        Assert.Equal(("a", "a b c d e"), (first, rest));

        static string At(string id, string time) =>
            $$"""{"id":"{{id}}","queue":"q","timeout":5,"max_retries":1,"payload":1,"run_at":"2029-12-31T{{time}}"}""";
    }

    [Theory]
    [InlineData("\"2030-01-01T00:00:30Z\"")]
    [InlineData("\"2030-01-01T01:00:30+01:00\"")]
    [InlineData("\"2030-01-01 00:00:30.000Z\"")]
    [InlineData("\"2030-01-01 00:00:30\"")]
    [InlineData("\"Tue, 01 Jan 2030 00:00:30 GMT\"")]
    [InlineData("1893456030")]
    [InlineData("\"1893456030\"")]
    [InlineData("1893456030000")]
    public async Task RunAt_InAnyForm_IsNotBeforeAndShownInUtc(string runAt)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $$"""[{"id":"a","queue":"q","timeout":5,"payload":1,"run_at":{{runAt}}}]""");

        await host.ExpectAsync(204, "GET /v1/queues/q/jobs");
        await host.AdvanceAsync(TimeSpan.FromSeconds(30));
        Answer job = await host.ExpectAsync(200, "GET /v1/queues/q/jobs");

        Assert.Equal("2030-01-01T00:00:30.000000Z", job.Json[0].GetProperty("run_at").GetString());
    }

    [Theory]
    [InlineData("\"12:30\"")]
    [InlineData("\"\"")]
    [InlineData("true")]
    [InlineData("1.5")]
    [InlineData("9000000000000000000")]
    [InlineData("-9223372036854775808")]
    public async Task RunAt_NoInstant_Gets422(string runAt)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.CallAsync(
            "POST /v1/queues/jobs", $$"""[{"id":"a","queue":"q","timeout":5,"payload":1,"run_at":{{runAt}}}]""");

        answer.ShouldBe(422, PlainText, "Failed to deserialize the JSON body into the target type: [0].run_at: expected a timestamp");
    }

    [Fact]
    public async Task Enqueue_SeveralWithOneTaken_PassesOverThatOneOnly()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{Job}]");

        await host.ExpectAsync(202, "POST /v1/queues/jobs", """
            [{"id":"a","queue":"q","timeout":1,"payload":"other"},{"id":"b","queue":"q","timeout":1,"payload":"b"},
             {"id":"b","queue":"q","timeout":1,"payload":"again"}]
            """);

        JsonElement jobs = (await host.ExpectAsync(200, "GET /v1/queues/q/jobs?num_jobs=9")).Json;
        Assert.Equal(["""{"n" : 1.50}""", "\"b\""], jobs.EnumerateArray().Select(job => job.GetProperty("payload").GetRawText()));
    }

    [Fact]
    public async Task Enqueue_SeveralQueuesOfSeveralShards_AllComeIn()
    {
        await using ApiHost host = await ApiHost.StartAsync(replica: HostedShards.JobsInOneWrite(3));
        string jobs = string.Join(
            ',', Enumerable.Range(0, 20).Select(i => $$"""{"id":"{{i}}","queue":"q{{i % 5}}","timeout":1,"payload":{{i}}}"""));

        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{jobs}]");

        Assert.True(Enumerable.Range(0, 5).Select(i => host.Shards.ShardOf($"q{i}")).Distinct().Count() > 1);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal($"{i} {i + 5} {i + 10}", Ids(await host.ExpectAsync(200, $"GET /v1/queues/q{i}/jobs?num_jobs=1000000")));
        }
    }

    [Theory]
    [InlineData("[2]", "[2]")]
    [InlineData("null", "null")]
    [InlineData(null, "null")]
    public async Task Heartbeat_Body_IsTheStateAndTheLeaseStartsAnew(string? body, string state)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{Job}]");
        await host.ExpectAsync(200, "GET /v1/queues/q/jobs");
        await host.AdvanceAsync(TimeSpan.FromSeconds(9));

        await host.ExpectAsync(202, "PATCH /v1/queues/q/jobs/a", body);
        await host.AdvanceAsync(TimeSpan.FromSeconds(9));

        await host.ExpectAsync(204, "GET /v1/queues/q/jobs");
        Assert.Equal(state, (await host.ExpectAsync(200, "GET /v1/queues/q/jobs/a")).Json.GetProperty("state").GetRawText());
    }

    /// <summary>A cancel that was accepted was gone with the reschedule, and the job ran again.</summary>
    [Fact]
    public async Task Reschedule_OfAJobThatIsToBeCancelled_EndsIt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v1/queues/jobs", """[{"id":"a","queue":"q","timeout":60,"payload":1,"max_retries":1}]""");
        await host.ExpectAsync(200, "GET /v1/queues/q/jobs");
        string id = (await host.GetAsync("/jobs?queue=q")).Json[0].GetProperty("id").GetString()!;
        await host.ExpectAsync(202, $"DELETE /jobs/{id}");

        await host.ExpectAsync(202, "PUT /v1/queues/jobs", """{"id":"a","queue":"q","timeout":7,"payload":2,"max_retries":1}""");

        await host.ExpectAsync(204, "GET /v1/queues/q/jobs");
        Assert.Equal("Cancelled", (await host.GetAsync($"/jobs/{id}")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Reschedule_RunningJob_ReplacesAllAndWaits()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(
            202, "POST /v1/queues/jobs", """[{"id":"a","queue":"q","timeout":5,"payload":1,"state":1,"max_retries":1}]""");
        await host.ExpectAsync(200, "GET /v1/queues/q/jobs");
        await host.AdvanceAsync(TimeSpan.FromSeconds(5));
        await host.ExpectAsync(200, "GET /v1/queues/q/jobs");
        JsonElement before = (await host.GetAsync("/jobs?queue=q")).Json[0];

        await host.ExpectAsync(
            202,
            "PUT /v1/queues/jobs",
            """{"id":"a","queue":"q","timeout":7,"payload":2,"max_retries":1,"run_at":"2030-01-01T00:01:00Z"}""");

        await host.ExpectAsync(204, "GET /v1/queues/q/jobs");
        await host.AdvanceAsync(TimeSpan.FromSeconds(55));
        Assert.Equal(
            """[{"id":"a","queue":"q","timeout":7,"max_retries":1,"payload":2,"state":null"""
                + ""","run_at":"2030-01-01T00:01:00.000000Z","updated_at":"2030-01-01T00:01:00.000000Z"}]""",
            (await host.ExpectAsync(200, "GET /v1/queues/q/jobs")).Text);
        await host.AdvanceAsync(TimeSpan.FromSeconds(7));
        Assert.Equal(1, await host.DeliveriesAsync("GET /v1/queues/q/jobs", 7, most: 20)); // the retries count anew
        JsonElement after = (await host.GetAsync("/jobs?queue=q")).Json[0];
        Assert.Equal(before.GetProperty("createdAt").GetString(), after.GetProperty("createdAt").GetString());
        Assert.Equal(before.GetProperty("id").GetString(), after.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Delete_RunningJob_CompletesItAndAQueuedOneIsCancelled()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{Job}]");
        await host.ExpectAsync(200, "GET /v1/queues/q/jobs");
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{Bare}]");

        await host.ExpectAsync(200, "DELETE /v1/queues/q/jobs/a");
        await host.ExpectAsync(200, "DELETE /v1/queues/q/jobs/b");

        Assert.Equal(
            ["a Completed", "b Cancelled"],
            (await host.GetAsync("/jobs?queue=q")).Json.EnumerateArray()
                .Select(job => $"{job.GetProperty("externalId").GetString()} {job.GetProperty("status").GetString()}").Order());
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{Job}]");
    }

    [Theory]
    [InlineData("PATCH /v1/queues/q/jobs/a", "[2]", 202, "InProgress")]
    [InlineData("PUT /v1/queues/jobs", Job, 202, "New")]
    [InlineData("DELETE /v1/queues/q/jobs/a", null, 200, "Completed")]
    [InlineData("DELETE /complete?queue=q&job_id=a", null, 200, "Completed")]
    public async Task Report_JobChangesHandsInThatMoment_IsForWhoeverHasItThen(string request, string? body, int status, string after)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{Job}]");
        await host.ExpectAsync(200, "GET /v1/queues/q/jobs");
        host.Shards.Proposing = async command =>
        {
            if (command is Command.OnJob)
            {
                host.Shards.Proposing = null;
                await host.AdvanceAsync(TimeSpan.FromSeconds(10));
                var lease = new Command.Lease(["q"], "other", 1, null, "seed");
                Assert.Single(await host.Shards.LeaseAsync(lease, TimeSpan.Zero, CancellationToken.None));
            }
        };

        await host.ExpectAsync(status, request, body);

        JsonElement job = (await host.GetAsync("/jobs?queue=q")).Json[0];
        Assert.Equal((after, 2), (job.GetProperty("status").GetString(), job.GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task Delete_QueuedJobIsLeasedInThatMoment_GoesAllTheSame()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ExpectAsync(202, "POST /v1/queues/jobs", $"[{Job}]");
        host.Shards.Proposing = async command =>
        {
            if (command is Command.OnJob)
            {
                host.Shards.Proposing = null;
                var lease = new Command.Lease(["q"], "other", 1, null, "seed");
                Assert.Single(await host.Shards.LeaseAsync(lease, TimeSpan.Zero, CancellationToken.None));
            }
        };

        await host.ExpectAsync(200, "DELETE /v1/queues/q/jobs/a");

        await host.ExpectAsync(404, "HEAD /v1/queues/q/jobs/a");
    }

    [Fact]
    public async Task Path_EncodedNames_AreFound()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true);
        await host.ExpectAsync(202, "POST /v1/queues/jobs", """[{"id":"a/b ü","queue":"q/1","timeout":5,"payload":1}]""");

        await host.ExpectAsync(200, "HEAD /v1/queues/q%2F1/jobs/a%2Fb%20%C3%BC");
        await host.ExpectAsync(200, "GET /v1/queues/q%2F1/jobs");
        await host.ExpectAsync(202, "PATCH /v1/queues/q%2F1/jobs/a%2Fb%20%C3%BC");
        await host.ExpectAsync(200, "DELETE /v1/queues/q%2F1/jobs/a%2Fb%20%C3%BC");
        await host.ExpectAsync(404, "HEAD /v1/queues/q%2F1/jobs/a%2Fb%20%C3%BC");
    }

    [Fact]
    public async Task Enqueue_TooLargeOrNotJson_Gets413Or415()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            settings: new() { ["Api:ValueBytesMax"] = "100", ["Api:BatchItemsMax"] = "2" });

        (await host.CallAsync("POST /v1/queues/jobs", $$"""[{"id":"a","queue":"q","timeout":5,"payload":"{{new string('x', 99)}}"}]"""))
            .ShouldBe(413, PlainText, null);
        (await host.CallAsync("POST /v1/queues/jobs", $"[{Job},{Job},{Job}]")).ShouldBe(413, PlainText, null);
        (await host.CallAsync("POST /v1/queues/jobs", "[]", ("Content-Type", "text/plain"))).ShouldBe(415, PlainText, null);
        (await host.CallAsync("PATCH /v1/queues/q/jobs/a", "[]", ("Content-Type", "text/plain"))).ShouldBe(415, PlainText, null);
        (await host.CallAsync("PATCH /v1/queues/q/jobs/a", $"\"{new string('x', 99)}\"")).ShouldBe(413, PlainText, null);
    }

    private static string Ids(Answer answer) =>
        string.Join(' ', answer.Json.EnumerateArray().Select(job => job.GetProperty("id").GetString()));
}
