using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class LoopsOracleTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Loops_ThatEnd_AreSeenUnlessTheyWereStopped(bool wasStopped)
    {
        var bench = new Bench();

        bench.Judge.History.LoopEnded(new LoopEnd("a#1", "publisher of shard 0", wasStopped, "IOException: no", bench.Step, bench.Now));

        if (wasStopped)
        {
            Seen.Nothing(bench);
        }
        else
        {
            Seen.By(OracleNames.Loops, bench, "The loop publisher of shard 0 of a#1 has ended, and nobody stopped it: IOException: no");
        }
    }

    [Fact]
    public void Loops_AnswerOf500_IsSeen()
    {
        var bench = new Bench();
        Request read = bench.Ask(new Call(Verb.Read, "c#1"));

        bench.Answer(read, Told.Of(new InvalidOperationException("oh")));

        Seen.By(OracleNames.Loops, bench, "was answered 500: InvalidOperationException: oh");
    }
}
