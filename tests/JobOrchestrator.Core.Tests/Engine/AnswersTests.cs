namespace JobOrchestrator.Core.Tests.Engine;

public sealed class AnswersTests
{
    private static OwnedKey Key(int number) => new("default", null, $"k{number}");

    private static Answers.Answer Answer(int number, double until) => new(TestShard.Id(number), 0, TestJobs.At(until));

    [Fact]
    public void Keep_MoreThanAreKept_ForgetsTheOldest()
    {
        var answers = new Answers(keptMax: 2);
        for (int number = 1; number <= 3; number++)
        {
            answers.Keep(Key(number), Answer(number, 60 + number));
        }

        Assert.Equal(
            [null, TestShard.Id(2), TestShard.Id(3)],
            new[] { 1, 2, 3 }.Select(number => answers.Of(Key(number), TestShard.Start)?.Job));
    }

    [Fact]
    public void Keep_KeyThatWasDroppedAndIsKeptAnew_StaysWhenItsFirstAnswersTimeIsOver()
    {
        var answers = new Answers();
        answers.Keep(Key(1), Answer(1, 10));
        answers.Drop(Key(1));
        Assert.Null(answers.Of(Key(1), TestShard.Start));
        answers.Keep(Key(1), Answer(2, 20));

        answers.Close(TestJobs.At(10), int.MaxValue);

        Assert.Equal(TestShard.Id(2), answers.Of(Key(1), TestJobs.At(19))?.Job);
        Assert.Null(answers.Of(Key(1), TestJobs.At(20)));
    }
}
