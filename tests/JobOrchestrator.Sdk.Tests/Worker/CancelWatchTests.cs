using System.Net;
using System.Text.Json;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.OneThread;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>When a worker asks for news of its leases, for which, and what it makes of the answers; second by second.</summary>
public sealed class CancelWatchTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly Lane _lane = new();
    private readonly Way _way;
    private readonly HttpMessageInvoker _invoker;
    private readonly HeldLeases _held = new();
    private readonly WorkerState _state;
    private readonly LogLines _log = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Reporter _reporter;
    private readonly JobApi _api;

    public CancelWatchTests()
    {
        _way = new Way(_clock);
        _invoker = new HttpMessageInvoker(_way);
        _state = new WorkerState(_clock);
        _api = new JobApi(() => _invoker, new JobClientOptions { Jitter = () => 0.5 }, null, _clock, NullLogger<JobApi>.Instance);
        _reporter = new Reporter(_api, _state, work => work(), NullLogger<Reporter>.Instance);
    }

    public void Dispose()
    {
        _over.Dispose();
        _reporter.Dispose();
        _invoker.Dispose();
    }

    [Fact]
    public void Nothing_Held_AsksNothing()
    {
        Begin();

        Move(seconds: 100);

        Assert.Empty(_way.Asked);
    }

    [Fact]
    public void OneLease_AllIsQuiet_IsAskedForWithLongerWaitsUpToPollWait()
    {
        Hold("a");
        Begin();

        Move(seconds: 100);

        Assert.Equal(
            ["0 s: a for 1", "1 s: a for 2", "3 s: a for 4", "7 s: a for 8", "15 s: a for 16", "31 s: a for 30", "61 s: a for 30",
                "91 s: a for 30"],
            _way.Asked);
        Assert.Equal(0, _way.Left);
    }

    [Fact]
    public void Cancel_Told_StopsThatAttemptAndGoesOnWithTheOthers()
    {
        HeldLease a = Hold("a"), b = Hold("b");
        Begin();
        Move(seconds: 4);

        Answer(new ReportOutcome("b", 200, CancelRequested: true));
        Move(seconds: 1);

        Assert.Equal((JobStopReason.None, JobStopReason.CancelRequested), (a.StopReason, b.StopReason));
        Assert.Equal("4 s: a for 4", _way.Asked[^1]);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(410)]
    public void Lease_ToldLost_StopsTheAttempt(int status)
    {
        HeldLease a = Hold("a");
        Begin();

        Answer(new ReportOutcome("a", status));
        Move(seconds: 10);

        Assert.Equal(JobStopReason.LeaseLost, a.StopReason);
        Assert.Single(_way.Asked);
    }

    /// <summary>Whatever else it may mean, it is not asked for again and again.</summary>
    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    [InlineData(500)]
    public void Outcome_OfAnotherKind_IsLeftToHeartbeats(int status)
    {
        HeldLease a = Hold("a");
        Begin();

        Answer(new ReportOutcome("a", status), new ReportOutcome("another", 409));
        Move(seconds: 10);

        Assert.Equal(JobStopReason.None, a.StopReason);
        Assert.Single(_way.Asked);
    }

    [Fact]
    public void Lease_ThatComesWhileARequestIsOpen_IsNamedWithinASecond()
    {
        Hold("a");
        Begin();
        Move(seconds: 10);

        _lane.Run(() => Hold("b"));
        Move(seconds: 3);

        Assert.Equal(["7 s: a for 8", "10 s: a b for 1", "11 s: a b for 2", "13 s: a b for 4"], _way.Asked.TakeLast(4));
        Assert.Equal(1, _way.Left);
    }

    [Fact]
    public void Leases_ThatComeAndGoAllTheTime_AreAskedForOnceASecondAndNoRequestIsBroken()
    {
        Begin();
        for (int i = 0; i < 200; i++)
        {
            _lane.Run(() => Hold($"job{i}", gone: i - 5));
            Move(tenths: 1);
        }

        Assert.InRange(_way.Asked.Count, 19, 21);
        Assert.Equal(0, _way.Left);
    }

    [Fact]
    public void Lease_ThatHasEnded_NeedsNoNewRequest()
    {
        Hold("a");
        (HeldLease lease, long number) = Add("b");
        Begin();
        Move(seconds: 8);

        _lane.Run(() => { lease.StopBeating(); _held.Remove(number); });
        Move(seconds: 8);

        Assert.Equal(["7 s: a b for 8", "15 s: a for 16"], _way.Asked.TakeLast(2));
    }

    /// <summary>A heartbeat a second is as quick.</summary>
    [Fact]
    public void Lease_WhoseHeartbeatsAreAsQuick_IsNotNamed()
    {
        Hold("short", leaseSeconds: 3);
        Begin();
        Move(seconds: 5);
        Assert.Empty(_way.Asked);

        _lane.Run(() => Hold("long", leaseSeconds: 4));

        Assert.Equal(["5 s: long for 1"], _way.Asked);
    }

    [Fact]
    public void Job_ThatWasLostAndCameAgain_IsNamedOnceWithItsNewLease()
    {
        Hold("a", token: "old");
        Hold("a", token: "new");
        Begin();

        Assert.Equal(["new"], _way.Tokens);
    }

    [Theory]
    [InlineData(HttpStatusCode.MethodNotAllowed)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.NotImplemented)]
    public void Orchestrator_OfAnEarlierVersion_IsAskedOnceAMinuteAndSaidOnce(HttpStatusCode status)
    {
        Hold("a");
        _way.Next = () => new HttpResponseMessage(status);
        Begin();

        Move(seconds: 150);

        Assert.Equal(["0 s: a for 1", "60 s: a for 1", "120 s: a for 1"], _way.Asked);
        Assert.Empty(_state.Troubles);
        Assert.Contains("heartbeats alone", Assert.Single(_log.At(LogLevel.Information)), StringComparison.Ordinal);
        Assert.Empty(_log.At(LogLevel.Warning));
    }

    [Fact]
    public void Orchestrator_InTrouble_IsAskedAgainAfterGrowingPausesAndShownByTheHealthCheck()
    {
        HeldLease a = Hold("a");
        string[] pages = ["<html>", "", "null", "{}", "{\"outcomes\":[null]}"];
        int tries = 0;
        _way.Next = () => tries++ switch
        {
            0 => throw new HttpRequestException("Connection refused"),
            1 => throw new InvalidOperationException("A handler of the app."),
            2 => new HttpResponseMessage(HttpStatusCode.InternalServerError),
            int other => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(pages[other % pages.Length]) },
        };
        Begin();
        Move(seconds: 2);
        string trouble = Assert.Single(_state.Troubles);
        Move(seconds: 60);
        _way.Next = null;
        Move(seconds: 10);
        Answer(new ReportOutcome("a", 200, CancelRequested: true));

        Assert.StartsWith("cancels: The request failed on its way with InvalidOperationException", trouble, StringComparison.Ordinal);
        Assert.Equal(["0 s: a for 1", "1 s: a for 1", "3 s: a for 1", "7 s: a for 1"], _way.Asked.Take(4));
        Assert.InRange(tries, 10, 70);
        Assert.Equal(JobStopReason.CancelRequested, a.StopReason);
        Assert.Empty(_state.Troubles);
        Assert.Empty(_log.At(LogLevel.Error));
    }

    [Fact]
    public void RetryAfter_Asked_IsWaitedFor()
    {
        Hold("a");
        _way.Next = () => new HttpResponseMessage(HttpStatusCode.TooManyRequests)
        {
            Headers = { RetryAfter = new(TimeSpan.FromSeconds(20)) },
        };
        Begin();

        Move(seconds: 21);

        Assert.Equal(["0 s: a for 1", "20 s: a for 1"], _way.Asked);
    }

    [Fact]
    public void Trouble_WhileNothingIsHeldAnyMore_IsOver()
    {
        (HeldLease lease, long number) = Add("a");
        _way.Next = () => throw new HttpRequestException("Connection refused");
        Begin();
        Assert.Single(_state.Troubles);

        _lane.Run(() => { lease.StopBeating(); _held.Remove(number); });
        Move(seconds: 10);

        Assert.Empty(_state.Troubles);
    }

    [Fact]
    public void Log_ThatCannotBeWritten_EndsNothing()
    {
        HeldLease a = Hold("a");
        _log.Fails = _ => true;
        _way.Next = () => throw new HttpRequestException("Connection refused");
        Begin();
        Move(seconds: 10);

        _way.Next = null;
        Move(seconds: 60);
        Answer(new ReportOutcome("a", 200, CancelRequested: true));

        Assert.Equal(JobStopReason.CancelRequested, a.StopReason);
    }

    [Fact]
    public void Leases_MoreThanTheOrchestratorTakes_AreFewerAndThoseThatWouldWaitLongest()
    {
        Hold("a", leaseSeconds: 60);
        Hold("b", leaseSeconds: 600);
        Hold("c", leaseSeconds: 90);
        Hold("d", leaseSeconds: 900);
        _way.LeasesMax = 2;
        Begin();

        Move(seconds: 2);

        Assert.Equal(["0 s: a b c d for 1", "1 s: d b for 1", "2 s: d b for 2"], _way.Asked);
        Assert.Empty(_state.Troubles);
    }

    /// <summary>A bound that was raised, or a proxy that is gone: it named fewer for as long as the process ran.</summary>
    [Fact]
    public void Leases_MoreThanTheOrchestratorTookOnce_AreAllNamedAgainSomeMinutesLater()
    {
        Array.ForEach(["a", "b", "c", "d", "e", "f", "g", "h"], job => Hold(job));
        _way.LeasesMax = 2;
        Begin();
        Move(seconds: 5);
        Assert.Equal("5 s: a b for 4", _way.Asked[^1]);

        _way.LeasesMax = int.MaxValue;
        Move(seconds: 3 * 60);

        Assert.Contains(_way.Asked, asked => asked.Contains(": a b c d for", StringComparison.Ordinal));
        Assert.Contains(": a b c d e f g h for 30", _way.Asked[^1], StringComparison.Ordinal);
        Assert.Equal(0, _way.Left);
    }

    [Fact]
    public void Leases_MoreThanTheOrchestratorEverTakes_AreTriedLessAndLessOften()
    {
        Array.ForEach(["a", "b", "c", "d"], job => Hold(job));
        _way.LeasesMax = 2;
        Begin();

        Move(seconds: 60 * 60);

        Assert.InRange(_way.Asked.Count(asked => asked.Contains(": a b c d for", StringComparison.Ordinal)), 4, 7);
        Assert.Contains(": a b for 30", _way.Asked[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Over_WhileARequestIsOpen_EndsIt()
    {
        Hold("a");
        Task running = Begin();
        Move(seconds: 10);

        _lane.Run(_over.Cancel);

        Assert.True(running.IsCompletedSuccessfully);
        Assert.Equal(1, _way.Left);
    }

    private Task Begin() => _lane.Begin(
        () => new CancelWatch(_api, _held, new JobWorkerOptions(), _state, _log).RunAsync(_over.Token));

    private HeldLease Hold(string jobId, int leaseSeconds = 600, string token = "token", int gone = -1)
    {
        if (gone >= 0)
        {
            _held.InOrder().Single(lease => lease.Job.Id == $"job{gone}").StopBeating();
        }

        return Add(jobId, leaseSeconds, token).Lease;
    }

    private (HeldLease Lease, long Number) Add(string jobId, int leaseSeconds = 600, string token = "token")
    {
        var job = new LeasedJob { Id = jobId, Status = JobStatus.InProgress, LeaseSeconds = leaseSeconds, LeaseToken = token };
        var lease = new HeldLease(job, _reporter, _clock, new JobWorkerOptions(), work => work(), NullLogger.Instance);
        return (lease, _held.Add(lease));
    }

    private void Answer(params ReportOutcome[] outcomes) => _lane.Run(() => _way.Answer(outcomes));

    private void Move(int seconds = 0, int tenths = 0)
    {
        for (int i = 0; i < (seconds * 10) + tenths; i++)
        {
            _lane.Run(() => _clock.Advance(TimeSpan.FromMilliseconds(100)));
        }
    }

    /// <summary>The orchestrator, at which a request stays open until its time is over or the test answers it.</summary>
    private sealed class Way(ManualClock clock) : HttpMessageHandler
    {
        private readonly long _began = clock.GetTimestamp();
        private TaskCompletionSource<IReadOnlyList<ReportOutcome>>? _open;

        /// <summary>When what was asked, and for how long.</summary>
        public List<string> Asked { get; } = [];

        /// <summary>The tokens of the last request.</summary>
        public IReadOnlyList<string> Tokens { get; private set; } = [];

        /// <summary>Requests that were left while they were open.</summary>
        public int Left { get; private set; }

        /// <summary>Answers at once; null: as an orchestrator does.</summary>
        public Func<HttpResponseMessage>? Next { get; set; }

        public int LeasesMax { get; set; } = int.MaxValue;

        public void Answer(IReadOnlyList<ReportOutcome> outcomes) => _open!.SetResult(outcomes);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("/jobs/cancels", request.RequestUri!.AbsolutePath);
            CancelsRequest asked = JsonSerializer.Deserialize(
                await request.Content!.ReadAsStringAsync(cancellationToken), WireJson.Wire.CancelsRequest)!;
            Tokens = [.. asked.Leases.Select(lease => lease.LeaseToken)];
            string jobs = string.Join(' ', asked.Leases.Select(lease => lease.JobId));
            Asked.Add($"{clock.GetElapsedTime(_began).TotalSeconds:0} s: {jobs} for {asked.Wait}");
            if (Next is { } next)
            {
                return next();
            }

            if (asked.Leases.Count > LeasesMax)
            {
                return new HttpResponseMessage(HttpStatusCode.RequestEntityTooLarge);
            }

            _open = new TaskCompletionSource<IReadOnlyList<ReportOutcome>>(TaskCreationOptions.RunContinuationsAsynchronously);
            using ITimer timer = clock.CreateTimer(
                open => ((TaskCompletionSource<IReadOnlyList<ReportOutcome>>)open!).TrySetResult([]),
                _open,
                TimeSpan.FromSeconds(asked.Wait),
                Timeout.InfiniteTimeSpan);
            using CancellationTokenRegistration left = cancellationToken.Register(() => _open.TrySetCanceled(cancellationToken));
            try
            {
                return new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StringContent(
                        JsonSerializer.Serialize(new ReportResponse(await _open.Task), WireJson.Wire.ReportResponse)),
                };
            }
            catch (OperationCanceledException)
            {
                Left++;
                throw;
            }
        }
    }
}
