using System.Text.Json.Nodes;

namespace CosmosSetup.Tests;

/// <summary>An account with nothing in it.</summary>
public sealed class FreshAccountTests : IDisposable
{
    private readonly SetupRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task FreshAccount_Prepared_GetsDatabaseAndContainerAsTheSuiteNeedsThem()
    {
        Ending ending = await _run.RunAsync();

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
        Assert.Equal(["POST /dbs", "POST /dbs/NwJobs/colls"], _run.Account.Writes.Select(write => $"{write.Method} {write.Path}"));
        Request[] writes = [.. _run.Account.Writes];
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"id":"NwJobs"}"""), JsonNode.Parse(writes[0].Body)), writes[0].Body);
        Assert.Null(writes[0].Throughput);
        JsonNode container = JsonNode.Parse(writes[1].Body)!;
        Assert.Equal("JobStates", (string?)container["id"]);
        Assert.Equal(-1, (int?)container["defaultTtl"]);
        Assert.Equal("""["/partitionKey"]""", container["partitionKey"]!["paths"]!.ToJsonString());
        Assert.Equal("Hash", (string?)container["partitionKey"]!["kind"]);
        Assert.Equal("consistent", (string?)container["indexingPolicy"]!["indexingMode"], ignoreCase: true);
        Assert.Equal("[]", container["indexingPolicy"]!["includedPaths"]!.ToJsonString());
        Assert.Equal("""[{"path":"/*"}]""", container["indexingPolicy"]!["excludedPaths"]!.ToJsonString());
        Assert.Equal(("400", null), (writes[1].Throughput, writes[1].Autoscale));
    }

    [Fact]
    public async Task FreshAccount_Prepared_IsAskedAtTheComponentsAddressAndNowhereElse()
    {
        await _run.RunAsync();

        Assert.All(_run.Account.Requests, request => Assert.Equal("account.example", request.Host));
    }

    [Theory]
    [InlineData("1200", "1200", null)]
    [InlineData("autoscale:4000", null, """{"maxThroughput":4000}""")]
    public async Task FreshAccount_WithThroughput_GetsIt(string setting, string? manual, string? autoscale)
    {
        _run.Environment["COSMOS_THROUGHPUT"] = setting;

        Ending ending = await _run.RunAsync();

        Assert.Equal(0, ending.Code);
        Request made = _run.Account.Writes.Last();
        Assert.Equal((manual, autoscale), (made.Throughput, made.Autoscale));
        Assert.DoesNotContain("Note: You ask", ending.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FreshAccount_ArgumentAndEnvironment_ArgumentWins()
    {
        _run.Environment["COSMOS_THROUGHPUT"] = "1200";

        await _run.RunAsync("--throughput", "500");

        Assert.Equal("500", _run.Account.Writes.Last().Throughput);
    }

    [Fact]
    public async Task ServerlessAccount_AskedForThroughput_SaysWhatToSet()
    {
        _run.Account.IsServerless = true;

        Ending ending = await _run.RunAsync();

        Assert.Equal(1, ending.Code);
        Assert.Contains("set COSMOS_THROUGHPUT=serverless", ending.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerlessAccount_AskedForNone_IsMadeAndSaysThatRequestsAreBilled()
    {
        _run.Account.IsServerless = true;

        Ending ending = await _run.RunAsync("--throughput", "serverless");

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
        Assert.Equal((null, null), (_run.Account.Writes.Last().Throughput, _run.Account.Writes.Last().Autoscale));
        Assert.Contains("each request is billed", ending.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FreshAccount_Checked_IsWrongAndUntouched()
    {
        Ending ending = await _run.RunAsync("--check");

        Assert.Equal(1, ending.Code);
        Assert.Contains("There is no database NwJobs", ending.Errors, StringComparison.Ordinal);
        Assert.Contains("with 400 RU/s", ending.Errors, StringComparison.Ordinal);
        Assert.Empty(_run.Account.Writes);
    }

    [Fact]
    public async Task DatabaseWithoutContainer_Checked_IsWrongAndUntouched()
    {
        _run.Account.AddDatabase("NwJobs");

        Ending ending = await _run.RunAsync("--check");

        Assert.Equal(1, ending.Code);
        Assert.Contains("The database NwJobs has no container JobStates", ending.Errors, StringComparison.Ordinal);
        Assert.Empty(_run.Account.Writes);
    }

    [Fact]
    public async Task DatabaseWithoutContainer_Prepared_GetsTheContainerAlone()
    {
        _run.Account.AddDatabase("NwJobs");

        Ending ending = await _run.RunAsync();

        Assert.Equal(0, ending.Code);
        Assert.Equal(["/dbs/NwJobs/colls"], _run.Account.Writes.Select(write => write.Path));
    }

    [Fact]
    public async Task FreshAccount_SomebodyElseIsFaster_GoesOnWithTheirs()
    {
        _run.Account.Refuse("GET", "/dbs/NwJobs", 404, "Resource Not Found.", times: 1);
        _run.Account.AddDatabase("NwJobs");

        Ending ending = await _run.RunAsync();

        Assert.Equal(0, ending.Code);
        Assert.Contains("Somebody else has just made the database NwJobs", ending.Output, StringComparison.Ordinal);
    }
}
