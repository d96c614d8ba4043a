using System.Text.Json;
using JobOrchestrator.Sdk.Testing;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>Which reports go next, and with whom (F15, F16).</summary>
public sealed class ReportLineTests
{
    private readonly ManualClock _clock = new();
    private readonly ReportLine _line;

    public ReportLineTests() => _line = new ReportLine(_clock);

    [Fact]
    public void Heartbeats_BehindResults_GoFirst()
    {
        Add("a", Report.Complete);
        Add("b", Report.Heartbeat, stateLength: 10);
        Add("c", Report.Heartbeat);

        Assert.Equal(["c", "a", "b"], Taken());
    }

    [Fact]
    public void SetBack_ItsTimeHasCome_GoesBehindWhatWasNotTried()
    {
        PendingReport tried = Add("a", Report.Heartbeat);
        tried.Tries = 1;
        Add("b", Report.Complete);
        Add("c", Report.Heartbeat);

        Assert.Equal(["c", "b", "a"], Taken());
    }

    [Fact]
    public void SetBack_ItsTimeHasNotCome_WaitsAndSaysForHowLong()
    {
        Add("a", Report.Heartbeat).NotBefore = _clock.GetTimestamp() + TimeSpan.FromSeconds(2).Ticks;

        Assert.Empty(Taken());
        Assert.Equal(TimeSpan.FromSeconds(2), _line.UntilNext());
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["a"], Taken());
    }

    /// <summary>Of two requests to nobody one comes back first: it waits no longer than the lease of the other allows.</summary>
    [Fact]
    public void ShortestThird_OfALeaseStillUnderWay_Counts()
    {
        Add("short", Report.Heartbeat, leaseSeconds: 2);
        Assert.Equal(["short"], Taken());
        Add("long", Report.Heartbeat, leaseSeconds: 14);

        Assert.Equal(TimeSpan.FromSeconds(2.0 / 3), _line.ShortestThird);
    }

    [Fact]
    public void ShortestThird_NoneIsThere_IsNone() => Assert.Null(_line.ShortestThird);

    [Fact]
    public void OneJob_TwoReports_GoOneAfterTheOther()
    {
        Add("a", Report.Heartbeat);
        Add("a", Report.Complete);

        ReportBatch first = _line.Take()!;
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((Report.Heartbeat, null), (first.Reports.Single().Report.Action, _line.Take()));
        _line.Ended(first);

        Assert.Equal(Report.Complete, _line.Take()!.Reports.Single().Report.Action);
    }

    [Fact]
    public void OneJob_HeartbeatBehindACheckpoint_DoesNotWaitForIt()
    {
        Add("a", Report.Heartbeat, stateLength: 10);
        ReportBatch saving = _line.Take()!;
        GoesUnanswered(saving);
        saving = _line.Take()!;
        Add("a", Report.Heartbeat);

        Assert.True(_line.Take()!.Reports.Single().IsHeartbeat);
        Add("a", Report.Complete);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(_line.Take());
    }

    [Fact]
    public void OneJob_CheckpointAndHeartbeatReadyAtOnce_ShareNoRequest()
    {
        Add("a", Report.Heartbeat, stateLength: 10);
        Add("a", Report.Heartbeat);
        Add("b", Report.Heartbeat);

        ReportBatch first = _line.Take()!;

        Assert.Equal(["a", "b"], first.Reports.Select(pending => pending.Report.JobId));
        Assert.All(first.Reports, pending => Assert.True(pending.IsHeartbeat));
        _line.Ended(first);
        Assert.True(_line.Take()!.Reports.Single().IsCheckpoint);
    }

    [Fact]
    public void OneJob_ReportsOfTwoLeases_DoNotWaitForEachOther()
    {
        Add("a", Report.Complete);
        GoesUnanswered(_line.Take()!);
        _line.Take();
        Add("a", Report.Heartbeat, token: "the next one");

        Assert.Equal(["a"], Taken());
    }

    [Theory]
    [InlineData(9, 0.75)]
    [InlineData(30, 1)]
    public void Request_UnderWay_OthersWaitForItAQuarterOfItsTimeAndNoLongerThanASecond(double leaseSeconds, double waitSeconds)
    {
        Add("a", Report.Heartbeat, leaseSeconds: leaseSeconds);
        _line.Take();
        Add("b", Report.Heartbeat, leaseSeconds: leaseSeconds);

        Assert.Empty(Taken());
        Assert.Equal(TimeSpan.FromSeconds(waitSeconds), _line.UntilNext());
        _clock.Advance(TimeSpan.FromSeconds(waitSeconds));
        Assert.Equal(["b"], Taken());
    }

    [Fact]
    public void Request_SeveralLeases_HasAThirdOfTheShortest()
    {
        Add("a", Report.Heartbeat, leaseSeconds: 60);
        Add("b", Report.Complete, leaseSeconds: 9);

        Assert.Equal(TimeSpan.FromSeconds(3), _line.Take()!.Limit);
    }

    [Fact]
    public void Unanswered_SeveralQueues_EachGoesByItselfAndNobodyWaits()
    {
        Add("a", Report.Heartbeat, "one");
        Add("b", Report.Heartbeat, "two");
        Add("c", Report.Heartbeat, "two");
        GoesUnanswered(_line.Take()!);

        Add("d", Report.Heartbeat, "three");

        Assert.Equal(["d"], Taken());
        Assert.Equal(["a"], Taken());
        Assert.Equal(["b"], Taken());
    }

    [Fact]
    public void Unanswered_OneQueue_HalfAsManyAtATime()
    {
        foreach (int i in Enumerable.Range(0, 8))
        {
            Add($"{i}", Report.Heartbeat);
        }

        GoesUnanswered(_line.Take()!);
        ReportBatch half = _line.Take()!;
        // The other half waits for it: one request at a time of a queue that is not answered.
        Assert.Equal((4, null), (half.Reports.Count, _line.Take()));
        GoesUnanswered(half);

        Assert.Equal(4, _line.Take()!.Reports.Count);
    }

    [Fact]
    public void Unanswered_HeartbeatOfAShortLease_DoesNotWaitForOneOfALongLease()
    {
        Add("long", Report.Heartbeat, leaseSeconds: 60);
        Add("short", Report.Heartbeat, leaseSeconds: 6);
        GoesUnanswered(_line.Take()!);

        Assert.Equal(["long"], Taken());
        Assert.Equal(["short"], Taken());
        Add("as short", Report.Heartbeat, leaseSeconds: 6);
        Assert.Empty(Taken());
    }

    [Fact]
    public void Unanswered_ResultsAndHeartbeats_ShareNoMoreRequestsAndTheResultsHaveMoreTime()
    {
        Add("a", Report.Complete, leaseSeconds: 9);
        Add("b", Report.Heartbeat, leaseSeconds: 9);
        GoesUnanswered(_line.Take()!);

        ReportBatch heartbeats = _line.Take()!;
        ReportBatch results = _line.Take()!;

        Assert.Equal(("b", 3), (heartbeats.Reports.Single().Report.JobId, heartbeats.Limit.TotalSeconds));
        Assert.Equal(("a", 6), (results.Reports.Single().Report.JobId, results.Limit.TotalSeconds));
    }

    [Fact]
    public void Unanswered_QueueThatIsAnsweredAgain_GoesWithTheOthers()
    {
        Add("a", Report.Heartbeat, "one");
        GoesUnanswered(_line.Take()!);
        ReportBatch apart = _line.Take()!;
        _line.Ended(apart);
        _line.Answered(apart);

        Add("b", Report.Heartbeat, "one");
        Add("c", Report.Heartbeat, "two");

        Assert.Equal(["b", "c"], Taken());
    }

    [Fact]
    public void Unanswered_ManyQueues_LeaveARequestForTheOthers()
    {
        foreach (int i in Enumerable.Range(0, 20))
        {
            Add($"{i}", Report.Heartbeat, $"queue-{i}");
        }

        GoesUnanswered(_line.Take()!);
        int apart = 0;
        while (_line.Take() is not null)
        {
            apart++;
        }

        Add("other", Report.Heartbeat, "other");
        Assert.Equal(7, apart);
        Assert.Equal(["other"], Taken());
    }

    /// <summary>Results have longer than a third of a lease, and leases were lost behind them.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Unanswered_ResultsOfManyQueues_LeaveRequestsForHeartbeats(int stateLength)
    {
        foreach (int i in Enumerable.Range(0, 20))
        {
            Add($"{i}", stateLength > 0 ? Report.Heartbeat : Report.Complete, $"queue-{i}", stateLength: stateLength);
        }

        GoesUnanswered(_line.Take()!);
        int results = 0;
        while (_line.Take() is not null)
        {
            results++;
        }

        Add("one", Report.Heartbeat, "queue-19");
        Add("two", Report.Heartbeat, "queue-0");

        Assert.Equal(4, results);
        Assert.Equal(["one"], Taken());
        Assert.Equal(["two"], Taken());
    }

    [Theory]
    [InlineData(1, 200, 200)]
    [InlineData(250_000, 2, 0)]
    public void Request_OfItsLargestSize_TakesNoMore(int resultLength, int taken, int heartbeats)
    {
        for (int i = 0; i < 300; i++)
        {
            Add($"result-{i}", Report.Complete, resultLength: resultLength);
        }

        for (int i = 0; i < heartbeats; i++)
        {
            Add($"heartbeat-{i}", Report.Heartbeat);
        }

        ReportBatch batch = _line.Take()!;

        Assert.Equal((taken, heartbeats), (batch.Reports.Count, batch.Reports.Count(pending => pending.IsHeartbeat)));
    }

    /// <summary>
    /// The process stood still while a heartbeat was answered: the answer is read before a result is given up (seed 1503841).
    /// </summary>
    [Fact]
    public async Task Result_PastItsTime_IsGivenUpOnceNothingOfItsLeaseIsUnderWay()
    {
        Add("a", Report.Heartbeat);
        ReportBatch heartbeat = _line.Take()!;
        long giveUpAt = _clock.GetTimestamp() + TimeSpan.FromSeconds(10).Ticks;
        PendingReport result = Add("a", Report.Complete, giveUpAt: () => giveUpAt);
        _clock.Advance(TimeSpan.FromSeconds(20));

        _line.EndThoseThatAreOver(abandoned: false);
        Assert.Equal(1, _line.Waiting);
        _line.Ended(heartbeat);
        _line.EndThoseThatAreOver(abandoned: false);

        Assert.Equal(0, _line.Waiting);
        Assert.Null(await result.Answer.Task);
    }

    private PendingReport Add(
        string jobId, string action, string queue = "queue", double leaseSeconds = 30, int resultLength = 0, int stateLength = 0,
        string token = "token", Func<long>? giveUpAt = null)
    {
        var report = new Report
        {
            JobId = jobId,
            Action = action,
            LeaseToken = token,
            Result = resultLength > 0 ? JsonSerializer.SerializeToElement(new string('x', resultLength)) : null,
            State = stateLength > 0 ? JsonSerializer.SerializeToElement(new string('x', stateLength)) : null,
        };
        var pending = new PendingReport(
            report, queue, TimeSpan.FromSeconds(leaseSeconds / 3), giveUpAt ?? (() => long.MaxValue), _ => { }, CancellationToken.None);
        _line.Add(pending);
        return pending;
    }

    private string[] Taken() => _line.Take() is { } batch ? [.. batch.Reports.Select(pending => pending.Report.JobId)] : [];

    /// <summary>As the reporter does it, without its pause.</summary>
    private void GoesUnanswered(ReportBatch batch)
    {
        _line.Ended(batch);
        _line.Unanswered(batch);
        foreach (PendingReport pending in batch.Reports)
        {
            pending.Tries++;
        }

        _line.PutBack(batch.Reports);
    }
}
