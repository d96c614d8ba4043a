using System.Text.Json.Nodes;

namespace CosmosSetup.Tests;

/// <summary>An account where database and container are there already.</summary>
public sealed class ExistingContainerTests : IDisposable
{
    private const string Policy =
        """{"indexingMode":"consistent","automatic":true,"includedPaths":[],"excludedPaths":[{"path":"/*"},{"path":"/\"_etag\"/?"}]}""";
    private const string ByDefault =
        """{"indexingMode":"consistent","automatic":true,"includedPaths":[{"path":"/*"}],"excludedPaths":[{"path":"/\"_etag\"/?"}]}""";

    private readonly SetupRun _run = new();

    public void Dispose() => _run.Dispose();

    public static TheoryData<string, string> WhatIsWrong => new()
    {
        { Container(key: "/id"), "partition key is /id, and Dapr's component needs /partitionKey. A container's partition key cannot be" },
        { Container(timeToLive: null), "Time to live is off in the container" },
        { Container(timeToLive: "3600"), "deletes every document 3600 s after its last change, jobs included" },
        { Container(more: ""","uniqueKeyPolicy":{"uniqueKeys":[{"paths":["/value/name"]}]}"""), "The container has unique keys" },
    };

    public static TheoryData<string, string> WhatCosts => new()
    {
        { Container(policy: ByDefault), "The container indexes /*: every write pays RUs" },
        { Container(policy: """{"indexingMode":"lazy","automatic":true,"excludedPaths":[{"path":"/*"}]}"""), "indexing mode is Lazy" },
    };

    [Theory]
    [InlineData("--check")]
    [InlineData("--fix")]
    [InlineData(null)]
    public async Task RightContainer_AnyMode_IsFineAndNothingIsWritten(string? mode)
    {
        Add(Container());

        Ending ending = await RunAsync(mode);

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
        Assert.Empty(_run.Account.Writes);
        Assert.Contains("Ready.", ending.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WhatIsWrong))]
    public async Task WrongContainer_PreparedOrChecked_SaysWhatIsWrongAndWritesNothing(string container, string sentence)
    {
        foreach (string? mode in new[] { null, "--check" })
        {
            Add(container);

            Ending ending = await RunAsync(mode);

            Assert.Equal(1, ending.Code);
            Assert.Contains($"[cosmos] Wrong: ", ending.Errors, StringComparison.Ordinal);
            Assert.Contains(sentence, ending.Errors, StringComparison.Ordinal);
            Assert.Empty(_run.Account.Writes);
        }
    }

    [Theory]
    [MemberData(nameof(WhatCosts))]
    public async Task CostlyContainer_Prepared_SaysWhatItCostsAndIsReady(string container, string sentence)
    {
        Add(container);

        Ending ending = await RunAsync();

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
        Assert.Contains("[cosmos] Note: ", ending.Output, StringComparison.Ordinal);
        Assert.Contains(sentence, ending.Output, StringComparison.Ordinal);
        Assert.Empty(_run.Account.Writes);
    }

    [Fact]
    public async Task WrongContainer_Fixed_KeepsWhatIsOthersAndGetsTimeToLiveAndIndexing()
    {
        Add(Container(timeToLive: null, policy: ByDefault));

        Ending ending = await RunAsync("--fix");

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
        Request write = Assert.Single(_run.Account.Writes);
        Assert.Equal(("PUT", "/dbs/NwJobs/colls/JobStates", "\"7\""), (write.Method, write.Path, write.IfMatch));
        JsonNode body = JsonNode.Parse(write.Body)!;
        Assert.Equal(-1, (int?)body["defaultTtl"]);
        Assert.Equal("[]", body["indexingPolicy"]!["includedPaths"]!.ToJsonString());
        Assert.Equal("""[{"path":"/*"}]""", body["indexingPolicy"]!["excludedPaths"]!.ToJsonString());
        Assert.Equal("""["/partitionKey"]""", body["partitionKey"]!["paths"]!.ToJsonString());
        Assert.Equal("/_ts", (string?)body["conflictResolutionPolicy"]!["conflictResolutionPath"]);
    }

    [Fact]
    public async Task WrongPartitionKey_Fixed_IsLeftAlone()
    {
        Add(Container(key: "/id", timeToLive: null));

        Ending ending = await RunAsync("--fix");

        Assert.Equal(1, ending.Code);
        Assert.Contains("cannot be changed", ending.Errors, StringComparison.Ordinal);
        Assert.Empty(_run.Account.Writes);
    }

    [Theory]
    [InlineData("""{"offerThroughput":400}""", false, "the container's own; billed for every hour, used or not. That is about 80")]
    [InlineData("""{"offerThroughput":100,"offerAutopilotSettings":{"maxThroughput":1000}}""", false, "autoscale up to 1000 RU/s")]
    [InlineData("""{"offerThroughput":600}""", true, "600 RU/s, shared with the database's other containers")]
    public async Task Throughput_OfEachKind_SaysWhatItMeans(string content, bool ofDatabase, string sentence)
    {
        _run.Account.AddContainer("JobStates", Container());
        _run.Account.SetThroughput(content, ofDatabase);

        Ending ending = await RunAsync("--check");

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
        Assert.Contains(sentence, ending.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throughput_OtherThanAskedFor_IsLeftAndSaid()
    {
        Add(Container());
        _run.Environment["COSMOS_THROUGHPUT"] = "autoscale:1000";

        Ending ending = await RunAsync();

        Assert.Equal(0, ending.Code);
        Assert.Contains("Note: You ask for autoscale up to 1000 RU/s.", ending.Output, StringComparison.Ordinal);
        Assert.Empty(_run.Account.Writes);
    }

    [Fact]
    public async Task Throughput_OfAnEmulatorThatKeepsNone_IsPassedOver()
    {
        _run.Account.AddContainer("JobStates", Container());
        _run.StateStore = _run.StateStore.Replace("https://account.example:443", "https://localhost:8081", StringComparison.Ordinal);

        Ending ending = await _run.RunAsync("--throughput", "400");

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
        Assert.DoesNotContain("Throughput", ending.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Note", ending.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Session", "https://account.example:443", true)]
    [InlineData("Eventual", "https://account.example:443", true)]
    [InlineData("BoundedStaleness", "https://account.example:443", false)]
    [InlineData("Strong", "https://account.example:443", false)]
    [InlineData("Session", "https://localhost:8081", false)]
    public async Task Consistency_ThatPromisesNoFreshReads_IsNotedButForAnEmulator(string level, string url, bool isNoted)
    {
        Add(Container());
        _run.Account.Consistency = level;
        _run.StateStore = _run.StateStore.Replace("https://account.example:443", url, StringComparison.Ordinal);

        Ending ending = await RunAsync("--check");

        Assert.Equal(0, ending.Code);
        Assert.Equal(isNoted, ending.Output.Contains($"Note: The account's consistency is {level}.", StringComparison.Ordinal));
    }

    private Task<Ending> RunAsync(string? mode = null) => mode is null ? _run.RunAsync() : _run.RunAsync(mode);

    private void Add(string container)
    {
        _run.Account.AddContainer("JobStates", container);
        _run.Account.SetThroughput("""{"offerThroughput":400}""");
    }

    private static string Container(string key = "/partitionKey", string? timeToLive = "-1", string policy = Policy, string more = "")
    {
        string ttl = timeToLive is null ? "" : $"""
            "defaultTtl":{timeToLive},
            """;
        return $$$"""
            {{{{ttl}}}"indexingPolicy":{{{policy}}},"partitionKey":{"paths":["{{{key}}}"],"kind":"Hash","version":2},
            "conflictResolutionPolicy":{"mode":"LastWriterWins","conflictResolutionPath":"/_ts"}{{{more}}}}
            """;
    }
}
