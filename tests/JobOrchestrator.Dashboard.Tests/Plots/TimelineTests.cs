using JobOrchestrator.Dashboard.Plots;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Tests.Plots;

public sealed class TimelineTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Job_ThatHasNotBegun_IsNotDrawn() => Assert.Null(Timeline.Of(Job(JobStatus.New), Start));

    [Fact]
    public void Attempts_OfAFailedJob_LieWhereTheyWere()
    {
        Job job = Job(JobStatus.Failed, Attempt(1, 2, 4, JobAttemptOutcome.LeaseLost), Attempt(2, 5, 10, JobAttemptOutcome.Failed)) with
        {
            FinishedAt = At(10),
            StartedAt = At(2),
        };

        Timeline line = Timeline.Of(job, At(100))!;

        Assert.Equal([new Stretch(20, 20), new Stretch(50, 50)], line.Attempts.Select(attempt => attempt.Bar));
        Assert.Equal(["lost", "failed"], line.Attempts.Select(attempt => attempt.Kind));
        Assert.Equal(
            ["Waiting 2", "Running 1 2", "Pause 1", "Running 2 5", "Failed "],
            line.Steps.Select(step => $"{step.Word} {step.Length?.TotalSeconds}"));
    }

    /// <summary>Of a lease that was lost the worker was heard of until its last heartbeat; the rest of it is silence.</summary>
    [Fact]
    public void Lease_ThatWasLost_IsHeardOfUntilTheLastHeartbeat()
    {
        Job job = Lost(Attempt(1, 2, 8, JobAttemptOutcome.LeaseLost) with { Heartbeats = 7, LastHeartbeatAt = At(5) });

        AttemptBar bar = Timeline.Of(job, At(100))!.Attempts[0];

        Assert.Equal((new Stretch(20, 60), new Stretch(20, 30), new Stretch(50, 30)), (bar.Bar, bar.Heard, bar.Silence));
        Assert.Equal("lease lost: 7 heartbeats, then 3.0 s of silence", bar.Ends);
    }

    [Fact]
    public void Lease_OfWhichNothingWasHeard_IsSilenceAlone()
    {
        AttemptBar bar = Timeline.Of(Lost(Attempt(1, 2, 8, JobAttemptOutcome.LeaseLost)), At(100))!.Attempts[0];

        Assert.Equal((null, new Stretch(20, 60)), (bar.Heard, bar.Silence));
        Assert.Equal("lease lost: no heartbeat came", bar.Ends);
    }

    [Theory]
    [InlineData(JobAttemptOutcome.Failed)]
    [InlineData(JobAttemptOutcome.TimedOut)]
    [InlineData(JobAttemptOutcome.Released)]
    public void Attempt_ThatEndedOtherwise_IsHeardOfToItsEnd(JobAttemptOutcome outcome)
    {
        Job job = Lost(Attempt(1, 2, 8, outcome) with { Heartbeats = 7, LastHeartbeatAt = At(5) });

        AttemptBar bar = Timeline.Of(job, At(100))!.Attempts[0];

        Assert.Equal((bar.Bar, null), (bar.Heard, bar.Silence));
    }

    /// <summary>Clocks differ: what is told of is outside of the attempt, and the drawing stays inside.</summary>
    [Theory]
    [InlineData(1, 20, 60)]
    [InlineData(9, 80, 0)]
    public void Heartbeat_BeyondItsAttempt_IsDrawnAtItsEdge(double heartbeat, double from, double width)
    {
        Job job = Lost(Attempt(1, 2, 8, JobAttemptOutcome.LeaseLost) with { Heartbeats = 1, LastHeartbeatAt = At(heartbeat) });

        Assert.Equal(new Stretch(from, width), Timeline.Of(job, At(100))!.Attempts[0].Silence);
    }

    [Fact]
    public void Attempt_ThatRuns_EndsNow()
    {
        Timeline line = Timeline.Of(Job(JobStatus.InProgress, Attempt(1, 0, null, null)) with { StartedAt = At(0) }, At(30))!;

        Assert.Equal(new Stretch(0, 100), line.Attempts[0].Bar);
        Assert.Equal(TimeSpan.FromSeconds(30), line.Attempts[0].Length);
    }

    [Fact]
    public void Attempts_TooShortToBeSeen_AreSeenAndStayInside()
    {
        Job job = Job(
            JobStatus.Failed,
            Attempt(1, 0, 0, JobAttemptOutcome.Failed),
            Attempt(2, 1_000, 1_000, JobAttemptOutcome.Failed)) with
        {
            FinishedAt = At(1_000),
            StartedAt = At(0),
        };

        Timeline line = Timeline.Of(job, At(2_000))!;

        Assert.All(line.Attempts, attempt => Assert.True(attempt.Bar.Width > 0 && attempt.Bar.From + attempt.Bar.Width <= 100));
    }

    [Fact]
    public void Reports_ThatWereRefused_StandOnTheLineOfTheirAttempt()
    {
        Job job = Job(
            JobStatus.Completed,
            Attempt(1, 0, 4, JobAttemptOutcome.LeaseLost),
            Attempt(1, 0, 8, JobAttemptOutcome.Refused) with { Error = "A late failure was refused.", AfterSeconds = 4 },
            Attempt(2, 5, 10, JobAttemptOutcome.Completed)) with
        {
            FinishedAt = At(10),
            StartedAt = At(0),
        };

        Timeline line = Timeline.Of(job, At(10))!;

        Assert.Equal([80.0], line.Attempts[0].Refused);
        Assert.Equal(["A late failure was refused. It came 4.0 s after the attempt had ended."], line.Attempts[0].Late);
        Assert.Equal(2, line.Attempts.Count);
    }

    [Fact]
    public void Attempts_ThatAreNoLongerKept_AreCounted()
    {
        Job job = Job(
            JobStatus.InProgress,
            [.. Enumerable.Range(32, 20).Select(number => Attempt(number, number, number, JobAttemptOutcome.Failed))]);

        Timeline line = Timeline.Of(job, At(60))!;

        Assert.Equal(31, line.Earlier);
        Assert.Contains(line.Steps, step => step.Word == "14 attempts more");
    }

    [Theory]
    [InlineData(0.3, 0.5)]
    [InlineData(1, 1)]
    [InlineData(2.1, 5)]
    [InlineData(12, 20)]
    [InlineData(31, 60)]
    [InlineData(700, 900)]
    [InlineData(200_000, 259_200)]
    public void Steps_OfTheAxis_AreRound(double seconds, double round) => Assert.Equal(round, Timeline.Round(seconds), 6);

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    private static JobAttempt Attempt(int number, double from, double? to, JobAttemptOutcome? outcome) =>
        new(number, "w", At(from), to is { } end ? At(end) : null, outcome);

    private static Job Lost(JobAttempt attempt) => Job(JobStatus.Failed, attempt) with { FinishedAt = At(10), StartedAt = At(2) };

    private static Job Job(JobStatus status, params JobAttempt[] attempts) =>
        new() { Id = "j", Status = status, CreatedAt = Start, Attempts = attempts, Attempt = attempts.LastOrDefault()?.Number ?? 0 };
}
