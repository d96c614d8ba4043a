using JobOrchestrator.Sdk.Tests.Events;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Worker;

namespace JobOrchestrator.Sdk.Tests.OneThread;

/// <summary>
/// What the SDK's loops and calls make of odd answers, for minutes and second by second: none ends, none asks without a pause, nothing
/// that was to be reported is lost, and no attempt is stopped for it.
/// </summary>
public sealed class HostileAnswersTests : IDisposable
{
    private const int OddSeconds = 120;
    private const int JobsMax = 500;

    private readonly LaneWorker _worker;
    private readonly LaneOrchestrator _orchestrator;
    private readonly Told _told = new();
    private readonly List<string> _stopped = [];
    private int _asked;
    private int _runs;

    // How long attempts take, those of the job "poison" excepted.
    private int _seconds = 1;

    public HostileAnswersTests()
    {
        _worker = new LaneWorker(
            new Script { Run = RunAsync },
            worker => worker.Queue("steps", JobsMax).Configure(options => options.Name = "worker"),
            services => services.AddJobEvents("shop", events =>
            {
                _told.AddTo(events);
                events.RememberWith<OneThreadTests.Forgetful>();
            }),
            starts: false);
        _orchestrator = _worker.Orchestrator;
    }

    public static TheoryData<string> Odd => OddAnswers.All;

    public void Dispose() => _worker.Dispose();

    [Theory]
    [MemberData(nameof(Odd))]
    public void Lease_OddAnswers_AreAskedAgainWithPausesAndWorkGoesOn(string odd)
    {
        Answers("/lease", (_, _) => OddAnswers.Make(odd));
        _worker.Start();

        Move(OddSeconds);
        int asked = _asked;
        Answers("/lease", null);
        _orchestrator.Add("a", leaseSeconds: 9);
        Move(seconds: 65);

        Assert.InRange(asked, 2, OddSeconds + 5);
        Assert.Contains("a complete", _orchestrator.Reports);
        Assert.Empty(_stopped);
    }

    /// <summary>A long poll that is answered at once with nothing was asked again at once, as fast as the network went.</summary>
    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    public void Lease_NothingAtOnce_IsAskedOnceASecond(string body)
    {
        Answers("/lease", (_, _) => OddAnswers.Text(body.Length == 0 ? 204 : 200, body));

        _worker.Start();
        Move(seconds: 30);

        Assert.InRange(_asked, 29, 32);
    }

    /// <summary>One job that cannot be read took all of its answer with it, and each of them waited for the end of its lease.</summary>
    [Fact]
    public void Lease_OneJobThatCannotBeRead_SpoilsNoneOfTheOthers()
    {
        Once("/lease", """
            [{"id":"a","leaseToken":"t","type":"step","queue":"steps","status":"InProgress","leaseSeconds":9,"input":{}},
             {"id":"b","leaseToken":"t","type":"step","queue":"steps","status":"Paused","leaseSeconds":9,"input":{}},
             {"id":"c","leaseToken":"t","type":"step","queue":"steps","status":"InProgress","leaseSeconds":"9","input":{}},
             {"id":"d","leaseToken":"t","type":"step","queue":"steps","status":"InProgress","attempt":1e99,"input":{}},
             {"id":null,"leaseToken":"t","type":"step","queue":"steps","status":"InProgress","input":{}},
             {"id":"e","leaseToken":"","type":"step","queue":"steps","status":"InProgress","input":{}},
             null, 7, [],
             {"id":"f","leaseToken":"t","type":"step","queue":"steps","status":"InProgress","leaseExpiresAt":"1970-01-01T00:00:00Z",
              "input":{}},
             {"id":"g","leaseToken":"t","type":"step","queue":"steps","status":"InProgress","leaseExpiresAt":"9999-12-31T23:59:59Z",
              "leaseSeconds":-5,"attempts":null,"input":{}}]
            """);

        _worker.Start();
        Move(seconds: 10);

        Assert.Equal(
            ["a complete", "f complete", "g complete"],
            _orchestrator.Reports.Where(report => report.EndsWith("complete", StringComparison.Ordinal)));
        Assert.DoesNotContain(_orchestrator.Reports, report => report.StartsWith(' '));
    }

    /// <summary>A proxy that keeps answers hands the same lease out again and again.</summary>
    [Fact]
    public void Lease_BroughtAgain_IsWorkedOnce()
    {
        _seconds = 20;
        Answers("/lease", (_, _) => OddAnswers.Text(200, """
            [{"id":"a","leaseToken":"t","type":"step","queue":"steps","status":"InProgress","leaseSeconds":9,"input":{}},
             {"id":"a","leaseToken":"t","type":"step","queue":"steps","status":"InProgress","leaseSeconds":9,"input":{}}]
            """));

        _worker.Start();
        Move(seconds: 19);

        Assert.InRange(_asked, 2, 20);
        Assert.Equal(1, _runs);
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public void Report_OddAnswers_AreNoAnswersAndNothingIsLost(string odd) => ReportGetsThrough((_, _) => OddAnswers.Make(odd));

    /// <summary>An outcome without a status counted as success: the result was thrown away as reported.</summary>
    [Theory]
    [InlineData("""{"outcomes":null}""")]
    [InlineData("""{"outcomes":{}}""")]
    [InlineData("""{"outcomes":[]}""")]
    [InlineData("""{"outcomes":[null]}""")]
    [InlineData("""{"outcomes":[{}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a"}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":0}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":100}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":302}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":600}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":-409}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":"200"}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":200,"cancelRequested":"true"}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":200,"leaseExpiresAt":"tomorrow"}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":503}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":408}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"z","status":200}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"z","status":409}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":200},{"jobId":"a","status":409}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"y","status":409},{"jobId":"z","status":404}]}""")]
    public void Report_OddOutcomes_AreNoAnswersAndNothingIsLost(string body) =>
        ReportGetsThrough((_, _) => OddAnswers.Text(200, body));

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    [InlineData(null)]
    public void Heartbeat_OddEndOfTheLease_KeepsTheAttemptAndItsRhythm(string? leaseExpiresAt)
    {
        _seconds = 60;
        _orchestrator.Add("a", leaseSeconds: 9);
        int beats = 0;
        Answers("/report", (_, body) => body.Contains("heartbeat", StringComparison.Ordinal) && ++beats > 0
            ? OddAnswers.Text(200, $$"""{"outcomes":[{"jobId":"a","status":200{{(
                leaseExpiresAt is null ? "" : $",\"leaseExpiresAt\":\"{leaseExpiresAt}\"")}}}]}""")
            : null);

        _worker.Start();
        Move(seconds: 70);

        Assert.InRange(beats, 18, 21);
        Assert.Equal(["a complete"], _orchestrator.Reports);
        Assert.Empty(_stopped);
    }

    /// <summary>Outcomes were taken by their places alone.</summary>
    [Fact]
    public void Outcomes_InAnotherOrder_AreThoseOfTheJobsTheyName()
    {
        _seconds = 30;
        _orchestrator.Add("a", leaseSeconds: 9);
        _orchestrator.Add("b", leaseSeconds: 9);
        Answers("/report", (_, body) => body.Contains("heartbeat", StringComparison.Ordinal)
            ? OddAnswers.Text(200, """{"outcomes":[{"jobId":"b","status":200},{"jobId":"a","status":409}]}""")
            : null);

        _worker.Start();
        Move(seconds: 35);

        Assert.Equal(["a"], _stopped);
        Assert.Equal(["b complete"], _orchestrator.Reports);
    }

    /// <summary>Those that an answer leaves out are sent again, and no others.</summary>
    [Fact]
    public void Outcomes_FewerThanReports_SettleTheirOwnAndTheOthersAreSentAgain()
    {
        _seconds = 2;
        _orchestrator.Add("a", leaseSeconds: 9);
        _orchestrator.Add("b", leaseSeconds: 9);
        List<string> sent = [];
        Answers("/report", (_, body) =>
        {
            sent.Add(string.Concat("ab".Where(job => body.Contains($"\"{job}\"", StringComparison.Ordinal))));
            return sent.Count == 1 ? OddAnswers.Text(200, """{"outcomes":[{"jobId":"b","status":200}]}""") : null;
        });

        _worker.Start();
        Move(seconds: 10);

        Assert.Equal(["ab", "a"], sent);
        Assert.Equal(["a complete"], _orchestrator.Reports);
    }

    /// <summary>
    /// What reads along on the way may take offence at one report, and say so with a page: it kept the reports of all jobs back, and they
    /// lost their leases.
    /// </summary>
    [Theory]
    [InlineData("400 HTML")]
    [InlineData("403 HTML")]
    [InlineData("404 HTML")]
    [InlineData("406")]
    [InlineData("418")]
    [InlineData("422 HTML")]
    public void Report_ThatSomethingOnTheWayRefuses_HoldsUpNoOther(string refusal)
    {
        _seconds = 40;
        string[] jobs = ["poison", "a", "b"];
        Array.ForEach(jobs, job => _orchestrator.Add(job, leaseSeconds: 9));
        Answers("/report", (_, body) => body.Contains("poison", StringComparison.Ordinal) ? OddAnswers.Make(refusal) : null);

        _worker.Start();
        Move(seconds: 60);

        Assert.Empty(_stopped);
        Assert.Contains("a complete", _orchestrator.Reports);
        Assert.Contains("b complete", _orchestrator.Reports);
        Assert.InRange(_asked, 10, 120);
    }

    /// <summary>A pause of a minute that a gateway asked for was the end of every lease that is shorter.</summary>
    [Fact]
    public void Report_ToComeAfterAMinute_IsSentBeforeItsLeaseEnds()
    {
        _seconds = 60;
        _orchestrator.Add("a", leaseSeconds: 9);
        bool isFirst = true;
        Answers("/report", (_, _) =>
        {
            (bool odd, isFirst) = (isFirst, false);
            return odd ? OddAnswers.Make("503 after a century") : null;
        });

        _worker.Start();
        Move(seconds: 8);

        Assert.Contains("a heartbeat", _orchestrator.Reports);
    }

    /// <summary>
    /// A gateway that has lost its way to the orchestrator finds no page for anything: each report went by itself then, as often as its
    /// own pauses let it, and that was a hundred requests a second.
    /// </summary>
    [Theory]
    [InlineData("404 HTML")]
    [InlineData("403 empty")]
    [InlineData("413 HTML")]
    public void Reports_ThatAreAllRefusedOnTheWay_AreTriedWithTheUsualPausesAndGetThroughAfterwards(string refusal)
    {
        _seconds = 200;
        string[] jobs = [.. Enumerable.Range(0, JobsMax).Select(number => $"job{number}")];
        Array.ForEach(jobs, job => _orchestrator.Add(job, leaseSeconds: 60));
        Answers("/report", (_, _) => OddAnswers.Make(refusal));
        _worker.Start();

        Move(OddSeconds);
        int asked = _asked;
        Answers("/report", null);
        Move(seconds: 30);
        int heardOf = _orchestrator.Reports.Distinct().Count();
        Move(seconds: 100);

        Assert.InRange(asked, 10, OddSeconds);
        Assert.Equal(JobsMax, heardOf);
        Assert.Equal(JobsMax, _orchestrator.Reports.Count(report => report.EndsWith("complete", StringComparison.Ordinal)));
        Assert.Empty(_stopped);
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public void Cancels_OddAnswers_AreAskedAgainWithPausesAndCancelsAreHeardOfAfterwards(string odd) =>
        NothingIsStoppedUntilACancelIsHeardOf(() => OddAnswers.Make(odd));

    /// <summary>What names no lease that is held, or says nothing for certain, stops no attempt.</summary>
    [Theory]
    [InlineData("""{"outcomes":null}""")]
    [InlineData("""{"outcomes":{}}""")]
    [InlineData("""{"outcomes":[null,7,{}]}""")]
    [InlineData("""{"outcomes":[{"status":409}]}""")]
    [InlineData("""{"outcomes":[{"jobId":null,"status":409}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a"}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","cancelRequested":true}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":0,"cancelRequested":true}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":302}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":-409}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":"409"}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":200,"cancelRequested":"true"}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"z","status":409},{"jobId":"z","status":409}]}""")]
    [InlineData("""{"outcomes":[{"jobId":"a","status":200},{"jobId":"a","status":409}]}""")]
    public void Cancels_OddOutcomes_StopNoAttemptAndAreAskedForAgainWithPauses(string body) =>
        NothingIsStoppedUntilACancelIsHeardOf(() => OddAnswers.Text(200, body));

    private void NothingIsStoppedUntilACancelIsHeardOf(Func<HttpResponseMessage> answer)
    {
        _seconds = 1_000;
        _orchestrator.Add("a", leaseSeconds: 600);
        Answers("/cancels", (_, _) => answer());
        _worker.Start();

        Move(OddSeconds);
        int asked = _asked;
        int stopped = _stopped.Count;
        Once("/cancels", """{"outcomes":[{"jobId":"a","status":200,"cancelRequested":true}]}""");
        Move(seconds: 65);

        Assert.InRange(asked, 2, OddSeconds + 1);
        Assert.Equal((0, "a"), (stopped, string.Join(' ', _stopped)));
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public void Feed_OddAnswers_AreAskedAgainWithPausesAndEventsAreHeard(string odd)
    {
        Answers("/events", (_, _) => OddAnswers.Make(odd));
        FeedReader feed = _worker.Services.GetRequiredService<FeedReader>();
        using var stop = new CancellationTokenSource();

        Task reading = _worker.Begin(() => feed.RunAsync(stop.Token));
        Move(OddSeconds);
        int asked = _asked;
        Answers("/events", null);
        _orchestrator.Feed.Enqueue(OwnerHost.Event("a", 1));
        Move(seconds: 125);
        _worker.Run(stop.Cancel);

        Assert.InRange(asked, 2, OddSeconds);
        Assert.Equal(["a-1 New Feed"], _told.Lines);
        Assert.True(reading.IsCompletedSuccessfully);
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public void Submission_OddAnswers_EndsInTimeWithAnErrorOfOurs(string odd)
    {
        Answers("", (_, _) => OddAnswers.Make(odd));
        JobClient client = _worker.Services.GetRequiredService<JobClient>();

        Task submission = _worker.Begin(() => client.EnqueueAsync(new Step("x")));
        Move(seconds: 65);

        Assert.True(submission.IsCompleted);
        Assert.True(
            odd == "200 of another job" || submission.Exception?.InnerException is JobOrchestratorException, $"{submission.Exception}");
        Assert.InRange(_asked, 1, 65);
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public void Wait_OddAnswers_EndsInTimeWithAnErrorOfOursOrGoesOnSlowly(string odd)
    {
        bool isFirst = true;
        Answers("/jobs/a", (_, _) =>
        {
            (bool first, isFirst) = (isFirst, false);
            return first ? OddAnswers.Text(200, """{"id":"a","status":"New","sequence":1}""") : OddAnswers.Make(odd);
        });
        JobClient client = _worker.Services.GetRequiredService<JobClient>();

        Task wait = _worker.Begin(() => client.WaitAsync("a"));
        Move(seconds: 65);

        Assert.Equal(odd != "304", wait.IsCompleted);
        Assert.True(odd == "304" || wait.Exception?.InnerException is JobOrchestratorException, $"{wait.Exception}");
        Assert.InRange(_asked, 2, 70);
    }

    /// <summary>Answers about many jobs are told apart by their order; with one too few each was taken for another's.</summary>
    [Theory]
    [InlineData(true, "[]")]
    [InlineData(true, "[null,null]")]
    [InlineData(true, """[{"id":"a","status":"New"}]""")]
    [InlineData(false, "[]")]
    [InlineData(false, "[null,null]")]
    [InlineData(false, """[{"status":202,"job":{"id":"a","status":"New"}}]""")]
    [InlineData(false, """[{"status":400},{"status":400},{"status":400}]""")]
    public void Many_AnswersForOthers_AreAnError(bool atomic, string body)
    {
        Answers("/jobs/batch", (_, _) => OddAnswers.Text(200, body));
        JobClient client = _worker.Services.GetRequiredService<JobClient>();
        Step[] steps = [new("a"), new("b")];

        Task sent = _worker.Begin(() => atomic ? client.EnqueueManyAsync(steps) : client.EnqueueEachAsync(steps));

        Assert.IsType<JobOrchestratorException>(sent.Exception?.InnerException);
    }

    /// <summary>A list whose next page is itself was read for ever.</summary>
    [Fact]
    public void List_WhoseNextPageIsItself_IsAnError()
    {
        Answers("/queues", (_, _) =>
        {
            HttpResponseMessage page = OddAnswers.Text(200, "[]");
            page.Headers.TryAddWithoutValidation("Link", "<http://x/queues?limit=1000>; rel=\"next\"");
            return page;
        });

        Task list = _worker.Begin(() => _worker.Services.GetRequiredService<JobClient>().ListQueuesAsync());

        Assert.IsType<JobOrchestratorException>(list.Exception?.InnerException);
        Assert.Equal(1, _asked);
    }

    /// <summary>A job that ends amid odd answers: it is not stopped, and its report comes once they are over.</summary>
    private void ReportGetsThrough(Func<string, string, HttpResponseMessage?> answers)
    {
        _seconds = 20;
        _orchestrator.Add("a", leaseSeconds: 9);
        Answers("/report", answers);
        _worker.Start();

        Move(OddSeconds);
        int asked = _asked;
        Answers("/report", null);
        Move(seconds: 65);

        Assert.InRange(asked, 10, OddSeconds * 2);
        Assert.Equal(1, _orchestrator.Reports.Count(report => report == "a complete"));
        Assert.Empty(_stopped);
        Assert.Equal(1, _runs);
    }

    private void Answers(string path, Func<string, string, HttpResponseMessage?>? answers)
    {
        _asked = 0;
        _orchestrator.Instead = (asked, body) =>
        {
            if (!asked.EndsWith(path, StringComparison.Ordinal))
            {
                return null;
            }

            // Who asks without a pause would never be done on one thread.
            return ++_asked > 10_000 ? throw new InvalidOperationException("Asked without end.") : answers?.Invoke(asked, body);
        };
    }

    private void Once(string path, string body)
    {
        bool isFirst = true;
        Answers(path, (_, _) =>
        {
            (bool first, isFirst) = (isFirst, false);
            return first ? OddAnswers.Text(200, body) : null;
        });
    }

    private void Move(int seconds) => _worker.Move(TimeSpan.FromSeconds(seconds));

    private async Task<string?> RunAsync(Step step, JobContext context)
    {
        _runs++;
        using CancellationTokenRegistration stop = context.CancellationToken.Register(() => _stopped.Add(context.JobId));
        await Task.Delay(
            TimeSpan.FromSeconds(context.JobId == "poison" ? 2 : _seconds), _worker.Clock, context.CancellationToken);
        return "done";
    }
}
