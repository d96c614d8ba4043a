using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

public class ChainOracleTests
{
    private static readonly Job First = Made.Job(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Chain_TakingsCommitsAndRenewals_AreLawful(bool twoStep)
    {
        var bench = new Bench(twoStep);

        bench.Take("a#1");
        bench.Commit([First], [First.Event(null)]);
        bench.Commit([]);
        bench.Write((Keys.Head(0), (bench.Head with { CommitId = "renewed" }).ToUtf8()));
        bench.Take("b#1");
        bench.Commit([Made.Job(2)], [Made.Job(2).Event(null)]);

        Seen.NothingBy(OracleNames.Chain, bench);
        Assert.Equal(2, bench.Judge.Ledger.Jobs.Count);
        Assert.Equal(new Stamp(2, 3), bench.Judge.Ledger.Shard(0).Head!.Stamp);
    }

    [Fact]
    public void Chain_HeadOfAnEarlierEpoch_WentBack()
    {
        var bench = new Bench();
        bench.Take("a#1");
        Head stale = bench.Head;
        bench.Take("b#1");
        bench.Commit([First], [First.Event(null)]);

        bench.Lane = "a#1";
        bench.Write((Keys.Head(0), (stale with { Commit = 1 }).ToUtf8()));

        Is(bench, "went back");
    }

    [Theory]
    [InlineData(OracleNames.Chain, 1)]
    [InlineData(OracleNames.Reads, 0)]
    public void Oracle_OthersListenedToAlone_IsNotHeard(string heeded, int heard)
    {
        var bench = new Bench(rules: new JudgeRules { Heeded = new HashSet<string> { heeded } });
        bench.Take("a#1");

        bench.Lane = "a#2";
        bench.Commit([]);

        Assert.Equal(heard, bench.Judge.Violations.Count);
    }

    [Fact]
    public void Chain_HeadOfTheSameEpochByAnotherProcess_IsSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");

        bench.Lane = "a#2";
        bench.Commit([]);

        Is(bench, "epoch 1 is of a#1");
    }

    [Fact]
    public void Chain_HeadWithAnotherHolder_IsSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");

        bench.Head = bench.Head with { Holder = "someone" };
        bench.Commit([]);

        Is(bench, "holder");
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void Chain_NumberThatIsLeftOut_IsSeen(int epochs, int commits)
    {
        var bench = new Bench();
        bench.Take("a#1");

        bench.Head = bench.Head with { Epoch = bench.Head.Epoch + epochs - 1, Commit = commits };
        bench.Write((Keys.Head(0), bench.Head.ToUtf8()));

        Is(bench, epochs > 1 ? "moves the epoch by one" : "a commit is missing");
    }

    [Fact]
    public void Chain_TakingThatCommits_IsSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");

        bench.Head = bench.Head with { Epoch = 2, Commit = 1 };
        bench.Write((Keys.Head(0), bench.Head.ToUtf8()));

        Is(bench, "leaves the commit");
    }

    [Fact]
    public void Chain_HeadThatIsDeleted_IsSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");

        bench.Write((Keys.Head(0), null));

        Is(bench, "deleted");
    }

    [Fact]
    public void Chain_PublishedBeyondWhatIsWritten_IsSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");

        bench.Head = bench.Head with { Published = 1 };
        bench.Commit([]);

        Is(bench, "published");
    }

    [Fact]
    public void Chain_NextOutboxThatGoesBack_IsSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");
        bench.Commit([First], [First.Event(null)]);

        bench.Head = bench.Head with { NextOutbox = 0 };
        bench.Commit([]);

        Is(bench, "went back: 1, 1, 0 to 1, 0, 0");
    }

    [Fact]
    public void Chain_DocumentOfAnEarlierCommitOverALaterOne_WentBack()
    {
        var bench = new Bench(twoStep: true);
        bench.Take("a#1");
        List<(string Key, byte[]? Value)> old = bench.Plan([First], [First.Event(null)]);
        bench.CommitHeadOnly(old);
        bench.Finish(old);
        bench.Commit([First with { Priority = 1 }]);

        bench.Write(old[^1]);

        Is(bench, "a document went back");
    }

    [Fact]
    public void Chain_PageThatLosesIds_WentBack()
    {
        var bench = new Bench();
        bench.Take("a#1");
        bench.Commit([First], [First.Event(null)]);

        bench.Page.Clear();
        bench.Commit([], [], (Keys.Page(0, 1, 0), new PageDocument([]).ToUtf8(0)));

        Is(bench, "a document went back");
    }

    [Fact]
    public void Chain_RetiredPageThatGoesOnForItsKeysAlone_IsLawfulAndItsLastVersion()
    {
        var bench = new Bench();
        bench.Take("a#1");
        bench.Commit([First], [First.Event(null)]);
        (string Key, byte[]? Value) before = (Keys.Page(0, 1, 0), new PageDocument([.. bench.Page]).ToUtf8(0));

        bench.Commit([], [], (before.Key, new PageDocument([]) { ExpiresAt = Bench.Start }.ToUtf8(0)));
        Seen.NothingBy(OracleNames.Chain, bench);
        bench.Commit([], [], before);

        Is(bench, "a document went back");
    }

    [Fact]
    public void Chain_DocumentsWithoutTheirHead_AreSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");
        List<(string Key, byte[]? Value)> refused = bench.Plan([First], [First.Event(null)]);

        bench.Write([.. refused]);

        Is(bench, "no head says so");
    }

    [Fact]
    public void Chain_DocumentDeletedOutsideOfACommit_IsSeen()
    {
        var bench = new Bench();
        bench.Take("a#1");
        bench.Commit([First], [First.Event(null)]);

        bench.Lane = "ttl";
        bench.Write((First.Id.ToString(), null));

        Is(bench, "outside of any commit");
    }

    [Fact]
    public void Chain_TombstoneThatTimeTakesAway_IsLawful()
    {
        var bench = new Bench();
        bench.Take("a#1");
        bench.Commit([First], [First.Event(null)]);
        Request purge = bench.Ask(new Call(Verb.Forget, "c#1") { Job = First.Id.Value });
        bench.Commit([], [], (First.Id.ToString(), JobDocument.Tombstone(First.Id, bench.Now)));
        bench.Answer(purge, new Answer(AnswerKind.Forgotten));

        bench.Lane = "ttl";
        bench.Write((First.Id.ToString(), null));

        Seen.NothingBy(OracleNames.Chain, bench);
    }

    [Fact]
    public void Chain_NextCommitBeforeTheLastOnesDocuments_IsSeen()
    {
        var bench = new Bench(twoStep: true);
        bench.Take("a#1");
        bench.CommitHeadOnly(bench.Plan([First], [First.Event(null)]));

        bench.Commit([]);

        Is(bench, "with the batch they are gone");
    }

    [Fact]
    public void Chain_BatchThatTheNextHolderRedoes_IsLawful()
    {
        var bench = new Bench(twoStep: true);
        bench.Take("a#1");
        List<(string Key, byte[]? Value)> documents = bench.Plan([First], [First.Event(null)]);
        bench.CommitHeadOnly(documents);

        bench.Take("b#1");
        bench.Finish(documents);
        bench.Commit([]);

        Seen.NothingBy(OracleNames.Chain, bench);
    }

    [Theory]
    [InlineData("{\"epoch\":1,\"commit\":1,\"status\":\"Odd\"}")]
    [InlineData("{\"epoch\":1")]
    [InlineData("{\"epoch\":\"one\"}")]
    public void Chain_DocumentThatCannotBeRead_IsSeen(string document)
    {
        var bench = new Bench();
        bench.Take("a#1");

        bench.Commit([], [], (First.Id.ToString(), System.Text.Encoding.UTF8.GetBytes(document)));

        Is(bench, "cannot read");
    }

    private static void Is(Bench bench, string says) => Seen.By(OracleNames.Chain, bench, says);
}
