using JobOrchestrator.Sdk.Testing;
using MicroserviceX.TextStats;

namespace MicroserviceX.Tests.TextStats;

public sealed class TextStatsProcessorTests
{
    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("one line", 1, 2)]
    [InlineData("one line\n", 1, 2)]
    [InlineData("two\r\nlines", 2, 2)]
    [InlineData("a\n\nb\rc", 4, 3)]
    public async Task Text_LinesAndWords_AreCounted(string text, int lines, int words)
    {
        await using var test = new JobTest<TextStatsProcessor>();

        JobTestRun run = await test.RunAsync(new { text });

        Assert.Equal(JobTestOutcome.Completed, run.Outcome);
        TextStatsResult result = run.ReadResult<TextStatsResult>()!;
        Assert.Equal((lines, words), ((int)result.Lines, (int)result.Words));
    }

    [Fact]
    public async Task Lines_Given_AreCountedAsTheyAre()
    {
        await using var test = new JobTest<TextStatsProcessor>();

        JobTestRun run = await test.RunAsync(new { lines = new[] { "to be or not", "to be", null, "" } });

        TextStatsResult result = run.ReadResult<TextStatsResult>()!;
        Assert.Equal((4, 6, 4), ((int)result.Lines, (int)result.Words, result.DistinctWords));
        Assert.Equal(
            [new WordCount("be", 2), new WordCount("to", 2), new WordCount("not", 1), new WordCount("or", 1)], result.MostFrequentWords);
    }

    [Theory]
    [InlineData("{}", "neither")]
    [InlineData("""{"text":null}""", "neither")]
    [InlineData("""{"text":"a","lines":["b"]}""", "both")]
    [InlineData("""{"text":17}""", "text")]
    [InlineData("""{"lines":"a"}""", "lines")]
    [InlineData("""{"lines":[1]}""", "lines")]
    [InlineData("""{"text":"a","pauseMilliseconds":-1}""", "pauseMilliseconds")]
    [InlineData("""{"text":"a","pauseMilliseconds":99999999999}""", "pauseMilliseconds")]
    [InlineData("null", "no input")]
    [InlineData("\"text\"", "input")]
    public async Task BadInput_FailsForGoodAndSaysWhy(string input, string expected)
    {
        await using var test = new JobTest<TextStatsProcessor>();

        JobTestRun run = await test.RunAsync(System.Text.Json.JsonElement.Parse(input));

        Assert.Equal((JobTestOutcome.FailedPermanently, "/problems/invalid-input"), (run.Outcome, run.Error!.Type));
        Assert.Contains(expected, run.Error.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_LongText_IsToldOnTheWay()
    {
        await using var test = new JobTest<TextStatsProcessor>();

        JobTestRun run = await test.RunAsync(new { lines = Enumerable.Repeat("a b c", 5_000) });

        Assert.True(run.Progress.Count >= 5);
        Assert.Equal(run.Progress.Select(progress => progress.Percent).Order(), run.Progress.Select(progress => progress.Percent));
    }

    [Fact]
    public async Task Cancel_WhileItPauses_StopsIt()
    {
        await using var test = new JobTest<TextStatsProcessor>();
        JobTestRun run = test.Start(new { lines = new[] { "a", "b" }, pauseMilliseconds = 1_000 });
        await test.Clock.TimerSetAsync();

        run.RequestCancel();
        await run.Ended;

        Assert.Equal((JobTestOutcome.Released, 50), (run.Outcome, run.Progress[^1].Percent));
    }
}
