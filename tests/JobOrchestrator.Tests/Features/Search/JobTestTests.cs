using JobOrchestrator.Core;
using JobOrchestrator.Features.Search;
using JobOrchestrator.Search;

namespace JobOrchestrator.Tests.Features.Search;

public sealed class JobTestTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Failed; created 10:00, to be run from 10:01, first attempt 10:02 to 10:04, second 10:10 to 10:11; ended 10:11.
    /// </summary>
    private static readonly Job Failed = new()
    {
        Id = JobId.Create(Now.AddHours(-2), 0, 7),
        Order = 1,
        Spec = new JobSpec
        {
            Type = "send",
            Queue = "mail",
            Owner = "shop",
            ExternalId = "order-7",
            UniqueKey = "key-7",
            LeaseSeconds = 30,
            Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        },
        IdempotencyKey = "once-7",
        Labels = JobLabels.Of([new("tenant", "42")]),
        Status = JobStatus.Failed,
        Priority = -2,
        Attempt = 2,
        Progress = new Progress(40, null),
        Error = new JobError("https://example.org/smtp", "SMTP 451: Timeout"),
        Attempts =
        [
            new Attempt(1, "w-3", Now.AddMinutes(-118), "t", Now.AddMinutes(-116), AttemptOutcome.LeaseLost),
            new Attempt(1, "w-3", Now.AddMinutes(-118), "t", Now.AddMinutes(-50), AttemptOutcome.Refused),
            new Attempt(2, "w-5", Now.AddMinutes(-110), "u", Now.AddMinutes(-109), AttemptOutcome.Failed),
        ],
        RetryOf = JobId.Create(Now.AddDays(-1), 0, 1),
        RetriedAs = JobId.Create(Now.AddHours(-1), 0, 9),
        RunAt = Now.AddMinutes(-119),
        CreatedAt = Now.AddMinutes(-120),
        StartedAt = Now.AddMinutes(-118),
        UpdatedAt = Now.AddMinutes(-109),
        FinishedAt = Now.AddMinutes(-109),
    };

    /// <summary>Never begun, without anything that need not be said.</summary>
    private static readonly Job Ready = new()
    {
        Id = JobId.Create(Now.AddMinutes(-5), 0, 8),
        Order = 2,
        Spec = new JobSpec { Type = "pdf", Queue = "slow", LeaseSeconds = 30 },
        RunAt = Now.AddMinutes(-5),
        CreatedAt = Now.AddMinutes(-5),
        UpdatedAt = Now.AddMinutes(-5),
    };

    [Theory]
    [InlineData("", true)]
    [InlineData("status:failed", true)]
    [InlineData("status:completed,failed", true)]
    [InlineData("status:new", false)]
    [InlineData("-status:new", true)]
    [InlineData("queue:mail", true)]
    [InlineData("queue:Mail", false)]
    [InlineData("queue:ma*", true)]
    [InlineData("queue:slow,mail", true)]
    [InlineData("-queue:slow,mail", false)]
    [InlineData("type:send owner:shop", true)]
    [InlineData("type:send owner:other", false)]
    [InlineData("worker:w-3", true)]
    [InlineData("worker:w-5", true)]
    [InlineData("worker:w-9", false)]
    [InlineData("external:order-7", true)]
    [InlineData("external:*", true)]
    [InlineData("-external:*", false)]
    [InlineData("key:key-7", true)]
    [InlineData("key:once-7", true)]
    [InlineData("key:order-7", false)]
    [InlineData("error:https*", true)]
    [InlineData("error:~timeout", true)]
    [InlineData("error:timeout", false)]
    [InlineData("error:~smtp", true)]
    [InlineData("retryof:*", true)]
    [InlineData("retriedas:*", true)]
    [InlineData("-retriedas:*", false)]
    [InlineData("trace:4bf92f3577b34da6a3ce929d0e0e4736", true)]
    [InlineData("trace:4BF92F35*", true)]
    [InlineData("trace:00f067aa*", false)]
    [InlineData("attempt:2", true)]
    [InlineData("attempt:>2", false)]
    [InlineData("attempt:1..2", true)]
    [InlineData("attempt:1 attempt:2", true)]
    [InlineData("attempt:>1 attempt:<2", false)]
    [InlineData("priority:-2", true)]
    [InlineData("priority:<-2", false)]
    [InlineData("priority:<=-2", true)]
    [InlineData("progress:>=40", true)]
    [InlineData("progress:>40", false)]
    [InlineData("created:2030-01-01", true)]
    [InlineData("created:2030-01-01T10:00", true)]
    [InlineData("created:2030-01-01T10:01", false)]
    [InlineData("created:>2h", false)]
    [InlineData("created:>=2h", true)]
    [InlineData("created:>2030-01-01", false)]
    [InlineData("created:<2030-01-01", false)]
    [InlineData("created:..2030-01-01", true)]
    [InlineData("created:2029-12-31..2030-01-01", true)]
    [InlineData("finished:<109m", false)]
    [InlineData("finished:<108m", true)]
    [InlineData("started:*", true)]
    [InlineData("due:2030-01-01T10:01Z", true)]
    [InlineData("older:2h", true)]
    [InlineData("older:121m", false)]
    [InlineData("younger:2h", false)]
    [InlineData("younger:121m", true)]
    [InlineData("wait:>=1m wait:<=1m", true)]
    [InlineData("wait:>1m", false)]
    [InlineData("run:>=3m run:<=3m", true)]
    [InlineData("order-7", true)]
    [InlineData("order*", true)]
    [InlineData("once-7 key-7", true)]
    [InlineData("order-7 -key-7", false)]
    [InlineData("order-8", false)]
    [InlineData("mail", false)]
    [InlineData("label.tenant:42", true)]
    public void Fits_OfAFailedJob_IsAsTheQuerySays(string query, bool fits) => Assert.Equal(fits, TestOf(query).Fits(Failed));

    [Theory]
    [InlineData("status:ready", true)]
    [InlineData("status:held", false)]
    [InlineData("-retriedas:*", true)]
    [InlineData("-external:*", true)]
    [InlineData("external:\"\"", false)]
    [InlineData("progress:>=0", false)]
    [InlineData("progress:*", false)]
    [InlineData("-progress:*", true)]
    [InlineData("started:<1d", false)]
    [InlineData("-started:*", true)]
    [InlineData("wait:>4m", true)]
    [InlineData("wait:>5m", false)]
    [InlineData("run:*", false)]
    [InlineData("error:*", false)]
    [InlineData("worker:*", false)]
    public void Fits_OfAJobWithoutAValue_HoldsOnlyForWhatItHas(string query, bool fits) =>
        Assert.Equal(fits, TestOf(query).Fits(Ready));

    [Theory]
    [InlineData("status:held", true)]
    [InlineData("status:ready", false)]
    [InlineData("status:new", true)]
    public void Fits_OfAPausedQueuesJob_IsHeld(string query, bool fits) =>
        Assert.Equal(fits, TestOf(query, queue => queue == "slow").Fits(Ready));

    [Fact]
    public void Fits_OfAnIdsBeginning_NeedsEightCharactersInAWord()
    {
        string id = Failed.Id.ToString();

        Assert.True(TestOf(id).Fits(Failed));
        Assert.True(TestOf(id.ToUpperInvariant()[..8]).Fits(Failed));
        Assert.False(TestOf(id[..7]).Fits(Failed));
        Assert.True(TestOf($"id:{id[..4]}*").Fits(Failed));
        Assert.False(TestOf(id).Fits(Ready));
    }

    /// <summary>The phases of the core and of the grammar are the same ones.</summary>
    [Fact]
    public void Phases_OfTheCoreAndTheGrammar_HaveTheSameNamesAndNumbers() => Assert.Equal(
        Enum.GetValues<Core.JobPhase>().Select(phase => ($"{phase}", (int)phase)),
        Enum.GetValues<global::JobOrchestrator.Sdk.JobPhase>().Select(phase => ($"{phase}", (int)phase)));

    /// <summary>Offered to whoever types <c>worker:</c>; a refused late report may stand behind the last attempt.</summary>
    [Fact]
    public void FirstOf_TheWorker_IsThatOfTheLastAttemptAndOfNoRefusedReport()
    {
        Job late = Failed with { Attempts = [Failed.Attempts[0], Failed.Attempts[2], Failed.Attempts[1]] };

        Assert.Equal("w-5", JobTexts.FirstOf(late, QueryTextField.Worker));
        Assert.Null(JobTexts.FirstOf(Ready, QueryTextField.Worker));
    }

    private static JobTest TestOf(string query, Func<string, bool>? isPaused = null) =>
        new(JobQuery.Parse(query), Now, TimeZoneInfo.Utc, isPaused ?? (static _ => false));
}
