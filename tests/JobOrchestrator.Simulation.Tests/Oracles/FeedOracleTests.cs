using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class FeedOracleTests
{
    [Fact]
    public void Feed_ThatIsTheOutbox_IsLawful()
    {
        Bench bench = WithJobs(4);
        Read(bench, FeedStart.Oldest, [1, 2]);
        Read(bench, FeedStart.GoesOn, [3]);
        Read(bench, FeedStart.GoesOn, [4], isEnd: true);
        Add(bench, 5);
        Read(bench, FeedStart.GoesOn, [5], isEnd: true);

        Seen.NothingBy(OracleNames.Feed, bench);
    }

    [Fact]
    public void Feed_FromNowOn_BeginsAnywhereBetweenQuestionAndAnswer()
    {
        Bench bench = WithJobs(2);
        long asked = bench.Step;
        Add(bench, 3);
        Read(bench, FeedStart.Now, [], sentStep: asked);
        Read(bench, FeedStart.GoesOn, [3], isEnd: true);
        Read(bench, FeedStart.Now, [], sentStep: asked, reader: "late");
        Add(bench, 4);
        Read(bench, FeedStart.GoesOn, [4], isEnd: true, reader: "late");

        Seen.NothingBy(OracleNames.Feed, bench);
    }

    [Fact]
    public void Feed_Filtered_LeavesOutOthersOnly()
    {
        Bench bench = WithJobs(2);
        Job own = Made.Job(3) with { Spec = Made.Job(3).Spec with { Owner = "me" } };
        bench.Commit([own], [own.Event(null)]);
        Read(bench, FeedStart.Oldest, [3], isEnd: true, owner: "me");

        Seen.NothingBy(OracleNames.Feed, bench);
    }

    [Fact]
    public void Feed_WithAHole_IsI6()
    {
        Bench bench = WithJobs(3);
        Read(bench, FeedStart.Oldest, [1]);

        Read(bench, FeedStart.GoesOn, [3]);

        Seen.By(OracleNames.Feed, bench, $"event {Bench.Id(2)}-1 (outbox 1) in front of it never");
    }

    [Fact]
    public void Feed_ThatEndsTooEarly_IsI6()
    {
        Bench bench = WithJobs(3);
        Read(bench, FeedStart.Oldest, [1, 2], reader: "another");

        Read(bench, FeedStart.Oldest, [1], isEnd: true);

        Seen.By(OracleNames.Feed, bench, "came to the end of shard 0, and was never given");
    }

    [Fact]
    public void Feed_ThatEndsInFrontOfWhatNobodyWasToldOf_IsLawful()
    {
        Bench bench = WithJobs(3);

        Read(bench, FeedStart.Oldest, [1], isEnd: true);
        Read(bench, FeedStart.GoesOn, [2, 3], isEnd: true);
        bench.Judge.AtCalm(Calm.Of(bench));

        Seen.NothingBy(OracleNames.Feed, bench);
    }

    [Fact]
    public void Feed_WhoseEndIsNotReachedOnceAllIsCalm_IsI6()
    {
        Bench bench = WithJobs(2);
        Read(bench, FeedStart.Oldest, [1]);

        bench.Judge.AtCalm(Calm.Of(bench));

        Seen.By(OracleNames.Feed, bench, $"was never given event {Bench.Id(2)}-1");
    }

    [Fact]
    public void Feed_ThatEndsInFrontOfTheNewestCommit_IsLawful()
    {
        Bench bench = WithJobs(2);
        Read(bench, FeedStart.Oldest, [1, 2], reader: "another");

        Read(bench, FeedStart.Oldest, [1], isEnd: true);
        Read(bench, FeedStart.GoesOn, [2], isEnd: true);

        Seen.NothingBy(OracleNames.Feed, bench);
    }

    /// <summary>Two processes of a name, which nobody may run: the first may answer late until it notices.</summary>
    [Fact]
    public void Feed_ThatEndsInFrontOfWhatASecondProcessOfTheNameWrote_IsLawfulUntilAnotherTakesTheShard()
    {
        Bench bench = WithJobs(2);
        Read(bench, FeedStart.Oldest, [1, 2], isEnd: true);
        bench.Judge.SecondBegan("a#1'");
        bench.Take("a#1'");
        Add(bench, 3);
        Add(bench, 4);
        Read(bench, FeedStart.Oldest, [1, 2, 3, 4], reader: "another");

        Read(bench, FeedStart.GoesOn, [], isEnd: true);
        Seen.NothingBy(OracleNames.Feed, bench);

        bench.Take("b#1");
        Read(bench, FeedStart.GoesOn, [], isEnd: true);
        Seen.By(OracleNames.Feed, bench, "came to the end of shard 0, and was never given");
    }

    /// <summary>Whoever held it before was another: nobody relies on a lease that the second one has taken over.</summary>
    [Fact]
    public void Feed_ThatEndsInFrontOfWhatASecondProcessWroteThatTookAnothersShard_IsI6()
    {
        Bench bench = WithJobs(2);
        Read(bench, FeedStart.Oldest, [1, 2], isEnd: true);
        bench.Judge.SecondBegan("b#1'");
        bench.Take("b#1'");
        Add(bench, 3);
        Add(bench, 4);
        Read(bench, FeedStart.Oldest, [1, 2, 3, 4], reader: "another");

        Read(bench, FeedStart.GoesOn, [], isEnd: true);

        Seen.By(OracleNames.Feed, bench, "came to the end of shard 0, and was never given");
    }

    [Fact]
    public void Feed_FromNowOn_GivesNothingThatWasKnown()
    {
        Bench bench = WithJobs(3);
        Read(bench, FeedStart.Oldest, [1, 2], reader: "another");
        Read(bench, FeedStart.Now, []);

        Read(bench, FeedStart.GoesOn, [2]);

        Seen.By(OracleNames.Feed, bench, "again");
    }

    [Fact]
    public void Feed_FromARememberedPlace_RepeatsWhatIsBehindIt()
    {
        Bench bench = WithJobs(3);
        Read(bench, FeedStart.Oldest, [1, 2, 3], mark: 1);
        Read(bench, FeedStart.Mark, [2]);
        Read(bench, FeedStart.GoesOn, [3], isEnd: true);

        Seen.NothingBy(OracleNames.Feed, bench);
    }

    [Fact]
    public void Feed_FromARememberedPlace_LeavesNothingOut()
    {
        Bench bench = WithJobs(3);
        Read(bench, FeedStart.Oldest, [1, 2, 3], mark: 1);

        Read(bench, FeedStart.Mark, [3]);

        Seen.By(OracleNames.Feed, bench, $"event {Bench.Id(2)}-1 (outbox 1) in front of it never");
    }

    [Fact]
    public void Feed_ThatRepeats_IsI6()
    {
        Bench bench = WithJobs(2);
        Read(bench, FeedStart.Oldest, [1, 2]);

        Read(bench, FeedStart.GoesOn, [2]);

        Seen.By(OracleNames.Feed, bench, "again");
    }

    [Fact]
    public void Feed_WithWhatNoCommitHas_IsI6()
    {
        Bench bench = WithJobs(1);

        Read(bench, FeedStart.Oldest, [1, 7]);

        Seen.By(OracleNames.Feed, bench, "which no commit has");
    }

    [Fact]
    public void Feed_ThatIsExpiredThoughAllIsKept_IsI6()
    {
        Bench bench = WithJobs(2);
        Read(bench, FeedStart.Oldest, [1]);

        Read(bench, FeedStart.GoesOn, [], isExpired: true);

        Seen.By(OracleNames.Feed, bench, "was answered 410");
    }

    [Fact]
    public void Feed_ThatIsExpiredSinceTheNextIsGone_IsLawful()
    {
        Bench bench = WithJobs(3);
        Read(bench, FeedStart.Oldest, [1]);
        Delete(bench, 2);

        Read(bench, FeedStart.GoesOn, [], isExpired: true);
        Read(bench, FeedStart.Oldest, [3], isEnd: true);

        Seen.NothingBy(OracleNames.Feed, bench);
    }

    [Fact]
    public void Feed_ThatPassesOverWhatIsDeleted_IsI6()
    {
        Bench bench = WithJobs(3);
        Read(bench, FeedStart.Oldest, [1]);
        Delete(bench, 2);

        Read(bench, FeedStart.GoesOn, [3]);

        Seen.By(OracleNames.Feed, bench, "never, without 410");
    }

    private static Bench WithJobs(int count)
    {
        var bench = new Bench();
        bench.Take("a#1");
        for (int number = 1; number <= count; number++)
        {
            Add(bench, number);
        }

        return bench;
    }

    private static void Add(Bench bench, int number) => bench.Commit([Made.Job(number)], [Made.Job(number).Event(null)]);

    /// <summary>Deletes the oldest documents of the outbox.</summary>
    private static void Delete(Bench bench, int count)
    {
        bench.Head = bench.Head with { Published = bench.Head.NextOutbox, Outbox = [new Span(1, count, bench.Head.NextOutbox)] };
        bench.Commit([], [], [.. Enumerable.Range(0, count).Select(number => (Keys.Outbox(0, 1, number), (byte[]?)null))]);
    }

    private static void Read(
        Bench bench,
        FeedStart start,
        int[] jobs,
        bool isEnd = false,
        bool isExpired = false,
        string? owner = null,
        long? sentStep = null,
        string reader = "r",
        int? mark = null)
    {
        bench.Pass(0.1);
        bench.Judge.History.FeedRead(new FeedAnswer(
            reader,
            start,
            [.. jobs.Select(number => (Bench.Id(number).Value, 1L))],
            isExpired,
            isEnd,
            owner,
            Queue: null,
            sentStep ?? bench.Step,
            bench.Judge.History.Order,
            bench.Step,
            bench.Now,
            mark));
    }
}
