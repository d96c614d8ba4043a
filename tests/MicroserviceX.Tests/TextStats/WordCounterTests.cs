using MicroserviceX.TextStats;

namespace MicroserviceX.Tests.TextStats;

public sealed class WordCounterTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("   ", 0)]
    [InlineData("one", 1)]
    [InlineData("one two  three", 3)]
    [InlineData("one,two;three.", 3)]
    [InlineData("don't stop", 2)]
    [InlineData("a long-running job", 3)]
    [InlineData("'quoted' -- and - dashed-", 3)]
    [InlineData("3.14 is 2 numbers", 5)]
    [InlineData("naïve cafe\u0301", 2)]
    [InlineData("Ελλάδα здравствуй 日本", 3)]
    [InlineData("😀 smile", 1)]
    public void Words_OfALine_AreCounted(string line, int expected)
    {
        var counter = new WordCounter();

        counter.AddLine(line);

        Assert.Equal(expected, counter.Result().Words);
    }

    [Fact]
    public void Result_UpperAndLowerCase_AreOneWord()
    {
        var counter = new WordCounter();
        counter.AddLine("The the THE Été été");

        TextStatsResult result = counter.Result();

        Assert.Equal((5L, 2), (result.Words, result.DistinctWords));
        Assert.Equal([new WordCount("the", 3), new WordCount("été", 2)], result.MostFrequentWords);
    }

    [Fact]
    public void Result_ManyWords_ListsTheTwentyMostFrequentThenByAlphabet()
    {
        var counter = new WordCounter();
        for (int word = 0; word < 30; word++)
        {
            counter.AddLine(string.Join(' ', Enumerable.Repeat($"w{word:00}", word < 3 ? 5 : 1)));
        }

        IEnumerable<string> words = counter.Result().MostFrequentWords.Select(count => count.Word);

        Assert.Equal(Enumerable.Range(0, 20).Select(word => $"w{word:00}"), words);
    }

    [Fact]
    public void Result_ReadingTime_Is200WordsAMinute()
    {
        var counter = new WordCounter();
        counter.AddLine(string.Join(' ', Enumerable.Repeat("word", 250)));

        Assert.Equal(75, counter.Result().ReadingTimeSeconds);
    }

    [Fact]
    public void Result_EndlessWord_IsCut()
    {
        var counter = new WordCounter();
        counter.AddLine(new string('x', 100_000));

        Assert.Equal(100, Assert.Single(counter.Result().MostFrequentWords).Word.Length);
    }
}
