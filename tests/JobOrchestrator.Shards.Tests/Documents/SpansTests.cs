using System.Globalization;

namespace JobOrchestrator.Shards.Tests;

public sealed class SpansTests
{
    /// <summary>Steps: <c>+epoch:number</c> adds, <c>-number</c> removes. Spans: <c>epoch:from-to</c>, without the last.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("+1:0 +1:1 +1:2", "1:0-3")]
    [InlineData("+1:0 +2:1 +2:2", "1:0-1 2:1-3")]
    [InlineData("+1:0 +1:2", "1:0-1 1:2-3")]
    [InlineData("+1:0 +1:1 +1:2 -1", "1:0-1 1:2-3")]
    [InlineData("+1:0 +1:1 -0", "1:1-2")]
    [InlineData("+1:0 +1:1 -1", "1:0-1")]
    [InlineData("+1:0 -0", "")]
    [InlineData("+1:0 -7", "1:0-1")]
    [InlineData("+1:0 +1:1 -1 +2:2", "1:0-1 2:2-3")]
    public void Spans_AfterEachStep_AreTheFewestThatSayIt(string steps, string expected) =>
        Assert.Equal(expected, string.Join(' ', After(steps).ToList().Select(span => $"{span.Epoch}:{span.From}-{span.To}")));

    [Theory]
    [InlineData("", null)]
    [InlineData("+1:5 +1:6 -5", 6L)]
    public void First_IsTheLowestNumber(string steps, long? expected) => Assert.Equal(expected, After(steps).First);

    [Theory]
    [InlineData(99, "8 7 5 4 2")]
    [InlineData(8, "8 7 5 4 2")]
    [InlineData(6, "5 4 2")]
    [InlineData(4, "4 2")]
    [InlineData(1, "")]
    public void NumbersDown_FromAnywhere_AreThoseUpToIt(long from, string expected) =>
        Assert.Equal(expected, string.Join(' ', After("+1:2 +1:4 +1:5 +3:7 +3:8").NumbersDown(from)));

    [Theory]
    [InlineData(0, "2 4 5 7 8")]
    [InlineData(4, "4 5 7 8")]
    [InlineData(6, "7 8")]
    [InlineData(8, "8")]
    [InlineData(9, "")]
    public void NumbersUp_FromAnywhere_AreThoseFromItOn(long from, string expected) =>
        Assert.Equal(expected, string.Join(' ', After("+1:2 +1:4 +1:5 +3:7 +3:8").NumbersUp(from)));

    [Theory]
    [InlineData("", null)]
    [InlineData("+1:5 +1:6 -6", 5L)]
    public void Last_IsTheHighestNumber(string steps, long? expected) => Assert.Equal(expected, After(steps).Last);

    [Fact]
    public void Numbers_AnyStepsAtRandom_AreThoseOfAPlainTable()
    {
        var random = new Random(7);
        var spans = new Spans([]);
        var table = new SortedDictionary<long, long>();
        long next = 0, epoch = 1;
        for (int step = 0; step < 3_000; step++)
        {
            epoch += random.Next(20) == 0 ? 1 : 0;
            if (random.Next(3) > 0)
            {
                next += random.Next(4) == 0 ? 2 : 1;
                spans.Add(epoch, next);
                table.Add(next, epoch);
            }
            else if (table.Count > 0)
            {
                long gone = random.NextInt64(next + 2);
                spans.Remove(gone);
                table.Remove(gone);
            }
        }

        Assert.Equal(table.Keys, spans.Numbers());
        Assert.Equal(table.Keys.Reverse(), spans.NumbersDown(long.MaxValue));
        Assert.All(
            Enumerable.Range(0, (int)next + 2),
            number => Assert.Equal(table.TryGetValue(number, out long found) ? found : null, spans.EpochOf(number)));
    }

    private static Spans After(string steps)
    {
        var spans = new Spans([]);
        foreach (string step in steps.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            long[] numbers = [.. step[1..].Split(':').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
            if (step[0] == '+')
            {
                spans.Add(numbers[0], numbers[1]);
            }
            else
            {
                spans.Remove(numbers[0]);
            }
        }

        return spans;
    }
}
