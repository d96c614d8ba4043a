using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class StartPaceTests
{
    private readonly StartPace _pace = new();
    private DateTimeOffset _now = TestJobs.Start;

    /// <summary>Workers that have nothing to take are not slow, whatever emptied the line.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ALine_ThatIsCancelledOrMovedAway_SlowsNobodyDown(bool isMoved)
    {
        for (int i = 0; i < 300; i++)
        {
            Job job = TestJobs.Job(i);
            Store(new JobEvent(JobEventKind.Created, job, null), ready: 300);
            Store(new JobEvent(JobEventKind.Updated, job with { Status = JobStatus.InProgress }, JobStatus.New), ready: 299);
            _now += TimeSpan.FromSeconds(1);
        }

        Job last = TestJobs.Job(1_000);
        string queue = last.Queue;
        Store(
            isMoved
                ? new JobEvent(JobEventKind.Updated, last with { Spec = last.Spec with { Queue = "slow" } }, JobStatus.New)
                {
                    PreviousQueue = queue,
                }
                : new JobEvent(JobEventKind.Cancelled, last with { Status = JobStatus.Cancelled }, JobStatus.New),
            ready: 0);
        _now += TimeSpan.FromMinutes(10);

        Assert.DoesNotContain(0, _pace.Find(queue, 0, _now)!.Flow.InLine);
        Assert.NotEmpty(_pace.Find(queue, 0, _now)!.Flow.InLine);
    }

    private void Store(JobEvent happened, int ready) => _pace.Stored([happened], _ => ready, _now);
}
