using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Worker;

namespace JobOrchestrator.Sdk.Tests.Client;

/// <summary>Names and keys that cannot be sent as they are: said at once, and not another one sent without a word.</summary>
public sealed class NamesTests
{
    /// <summary>
    /// A header takes no line ends, so the key was left out and nothing was recognised; of other letters it could not be sent at all,
    /// which was tried for half a minute.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("Größe")]
    [InlineData("a\r\nX-Other: b")]
    [InlineData("a\u0000")]
    public async Task IdempotencyKey_ThatNoHeaderTakes_IsRefusedBeforeAnythingIsSent(string key)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();
        Step[] steps = [new("a"), new("b")];

        foreach (Func<Task> call in new Func<Task>[]
        {
            () => client.EnqueueAsync(new Step("a"), new JobOptions { Type = "step", IdempotencyKey = key }),
            () => client.EnqueueManyAsync(steps, new JobOptions { Type = "step", IdempotencyKey = key }),
            () => client.EnqueueEachAsync(steps, new JobOptions { Type = "step", IdempotencyKey = key }),
        })
        {
            ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(call);
            Assert.Contains("visible ASCII characters", refused.Message, StringComparison.Ordinal);
        }

        Assert.Empty(orchestrator.Faults.Requests);
    }

    [Theory]
    [InlineData(255, false)]
    [InlineData(256, true)]
    public async Task IdempotencyKey_OfSomeLength_IsTakenAsTheOrchestratorTakesIt(int length, bool isRefused)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();
        var options = new JobOptions { Type = "step", IdempotencyKey = new string('k', length) };

        Exception? refused = await Record.ExceptionAsync(() => client.EnqueueAsync(new Step("a"), options));

        Assert.Equal(isRefused, refused is ArgumentException);
        Assert.Equal(isRefused ? 0 : 1, orchestrator.Faults.Requests.Count);
    }

    /// <summary>JSON and addresses put U+FFFD in the place of half a pair: the job came into another queue.</summary>
    [Theory]
    [InlineData("D800")]
    [InlineData("61 DC00 62")]
    [InlineData("DC00 D800")]
    [InlineData("D83D DE00 D83D")]
    public async Task Name_WithHalfOfAPair_IsRefusedBeforeAnythingIsSent(string units)
    {
        // An attribute keeps its texts as UTF-8, which halves are not.
        string name = string.Concat(units.Split(' ').Select(unit => (char)Convert.ToInt32(unit, 16)));
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();

        foreach (Func<Task> call in new Func<Task>[]
        {
            () => client.EnqueueAsync(new Step(), new JobOptions { Type = "step", Queue = name }),
            () => client.EnqueueAsync(new Step(), new JobOptions { Type = name }),
            () => client.EnqueueAsync(new Step(), new JobOptions { Type = "step", Owner = name }),
            () => client.EnqueueAsync(new Step(), new JobOptions { Type = "step", ExternalId = name }),
            () => client.EnqueueAsync(new Step(), new JobOptions { Type = "step", UniqueKey = name }),
            () => client.GetQueueAsync(name),
            () => client.PauseQueueAsync(name),
            () => client.PurgeQueueAsync("q", new FinishedJobFilter { Owner = name }),
            () => client.GetAsync(name),
            async () => await client.ListAsync(new JobFilter { Queue = name }).GetAsyncEnumerator().MoveNextAsync(),
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(call);
        }

        Assert.Empty(orchestrator.Faults.Requests);
    }

    [Theory]
    [InlineData("\ud83d\ude00")]
    [InlineData("e\u0301\u200b\u202e")]
    [InlineData("")]
    public void Text_WithoutHalves_IsWhole(string text) => Assert.True(WholeText.IsWhole(text));
}
