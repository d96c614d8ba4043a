using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>F8: whose turn it is.</summary>
public sealed class MailboxTests
{
    private readonly Mailbox _mailbox = new(max: 3);

    [Fact]
    public void Peek_ReportsAndOthers_HaveLanesOfTheirOwn()
    {
        Envelope submission = Post(Of("a"));
        Envelope report = Post(Report());

        Assert.Same(report, _mailbox.Peek(Mailbox.Lane.Reports));
        Assert.Same(submission, _mailbox.Peek(Mailbox.Lane.Others));
    }

    [Fact]
    public void Post_OtherLaneIsFull_IsTakenAllTheSame()
    {
        Post(Of("a"));
        Post(Of("a"));
        Post(Of("b"));

        Assert.False(_mailbox.TryPost(new Envelope(Of("c"))));
        Post(Report());
        Post(Report());
        Post(Report());
        Assert.False(_mailbox.TryPost(new Envelope(Report())));
    }

    [Fact]
    public void Take_OneOwnerAsksForMuch_TheOtherIsNext()
    {
        Envelope first = Post(Of("a"));
        Envelope second = Post(Of("a"));
        Envelope other = Post(Of("b"));

        Assert.Equal([first, other, second], TakeAll(Mailbox.Lane.Others));
        Assert.False(_mailbox.HasAny);
    }

    [Fact]
    public void Take_NoOwnersAreSaid_QueuesTakeTurns()
    {
        Envelope first = Post(Of(null, "p"));
        Envelope second = Post(Of(null, "p"));
        Envelope other = Post(Of(null, "q"));

        Assert.Equal([first, other, second], TakeAll(Mailbox.Lane.Others));
    }

    [Fact]
    public void Take_ALeaseBehindSubmissionsToItsQueue_IsNext()
    {
        Envelope first = Post(Of(null, "p"));
        Envelope second = Post(Of(null, "p"));
        Envelope lease = Post(new Command.Lease(["p"], "worker", 1, null, "seed"));

        Assert.Equal([first, lease, second], TakeAll(Mailbox.Lane.Others));
    }

    /// <summary>M8: a known caller got a turn for each owner or queue that he made up.</summary>
    [Fact]
    public void Take_AKnownCallerNamesANewQueueEachTime_TheOtherIsNext()
    {
        Envelope first = Post(Of(null, "p") with { AskedBy = "one" });
        Envelope second = Post(Of(null, "q") with { AskedBy = "one" });
        Envelope other = Post(Of(null, "r") with { AskedBy = "other" });

        var ahead = new List<Envelope>();
        _mailbox.Look(Mailbox.Lane.Others, 3, ahead);

        Assert.Equal([first, other, second], ahead);
        Assert.Equal([first, other, second], TakeAll(Mailbox.Lane.Others));
    }

    /// <summary>M8: and what he reports without end kept other workers' heartbeats waiting.</summary>
    [Fact]
    public void Take_AKnownCallerReportsMuch_TheOthersReportIsNext()
    {
        Envelope first = Post(Report() with { AskedBy = "one" });
        Envelope second = Post(Report() with { AskedBy = "one" });
        Envelope other = Post(Report() with { AskedBy = "other" });

        Assert.Equal([first, other, second], TakeAll(Mailbox.Lane.Reports));
    }

    /// <summary>M8: a lane that one has filled turned the others away.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Post_AKnownCallerFillsHalfOfALane_OnlyHeIsTurnedAway(bool isReport)
    {
        Mailbox mailbox = new(max: 4);
        Assert.True(mailbox.TryPost(Asked("one")));
        Assert.True(mailbox.TryPost(Asked("one")));

        Assert.False(mailbox.TryPost(Asked("one")));

        Assert.True(mailbox.TryPost(Asked("other")));
        Assert.True(mailbox.TryPost(Asked(null)));
        Assert.False(mailbox.TryPost(Asked(null)));

        Envelope Asked(string? by) => new(isReport ? Report() with { AskedBy = by } : Of("a") with { AskedBy = by });
    }

    /// <summary>No lease ends while a report waits that was there in time, whosever turn it is.</summary>
    [Fact]
    public void ReportWaitsSince_SeveralCallers_IsTheOldestOfAll()
    {
        Assert.Null(_mailbox.ReportWaitsSince);
        Post(Report() with { AskedBy = "one" }, at: 5);
        Post(Report() with { AskedBy = "one" }, at: 6);
        Post(Report() with { AskedBy = "other" }, at: 7);
        Assert.Equal(5, _mailbox.ReportWaitsSince);

        _mailbox.Take(Mailbox.Lane.Reports);
        _mailbox.Take(Mailbox.Lane.Reports);

        Assert.Equal(6, _mailbox.ReportWaitsSince);
    }

    [Fact]
    public async Task Wait_SomethingIsPosted_Ends()
    {
        Task waiting = _mailbox.WaitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        Post(Report());

        await waiting;
    }

    [Fact]
    public void Close_SomethingWaits_GivesItBackAndTakesNothingMore()
    {
        Envelope submission = Post(Of("a"));
        Envelope report = Post(Report());

        Assert.Equal([report, submission], _mailbox.Close());

        Assert.False(_mailbox.TryPost(new Envelope(Report())));
        Assert.False(_mailbox.HasAny);
    }

    private static Command.Heartbeat Report() => new(TestJobs.Id(1), "token");

    private static Command.Enqueue Of(string? owner, string queue = "default") =>
        new(TestJobs.Submission(1) with { Owner = owner, Queue = queue });

    private Envelope Post(Command command, long? at = null)
    {
        var envelope = new Envelope(command) { PostedAt = at };
        Assert.True(_mailbox.TryPost(envelope));
        return envelope;
    }

    private List<Envelope> TakeAll(Mailbox.Lane lane)
    {
        var all = new List<Envelope>();
        while (_mailbox.Peek(lane) is { } envelope)
        {
            all.Add(envelope);
            _mailbox.Take(lane);
        }

        return all;
    }
}
