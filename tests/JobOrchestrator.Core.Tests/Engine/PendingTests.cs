namespace JobOrchestrator.Core.Tests.Engine;

public sealed class PendingTests
{
    private readonly Pending _pending = new();
    private readonly JobTable _jobs = new();
    private readonly Lines _lines = new();

    private Changes Changes => _pending.ToChanges(_jobs, _lines);

    private Job Touch(Job? before, Job after)
    {
        _jobs.Set(after);
        _pending.Touch(before, after);
        return after;
    }

    private static Job Larger(Job job) => job with { Result = JsonText.Of(new string('1', 100)) };

    private void AssertDocuments(params Job[] expected)
    {
        Assert.Equal(expected, Changes.Jobs);
        Assert.Equal(expected.Length + Changes.Forgotten.Count, _pending.Documents);
        Assert.Equal(expected.Sum(job => (long)job.DocumentBytesMax), _pending.Bytes);
    }

    [Fact]
    public void Touch_OneJobTwice_NeedsOneDocumentOfItsLastSizeInTheOrderOfTheFirstChange()
    {
        Job first = Touch(null, TestJobs.Waiting(1));
        Job other = Touch(null, TestJobs.Waiting(2));
        Job larger = Touch(first, Larger(first));

        AssertDocuments(larger, other);
        Assert.Equal([(first.Id, null), (other.Id, null)], _pending.Touched);
    }

    [Fact]
    public void Touch_JobThatWasThere_RemembersTheVersionBeforeTheFirstChange()
    {
        Job stored = TestJobs.Waiting(1);
        Job second = Touch(stored, Larger(stored));
        Touch(second, stored.Leased());

        Assert.Same(stored, Assert.Single(_pending.Touched).Before);
    }

    [Fact]
    public void Untouch_JobOfTwoVersions_NeedsNoDocumentAndComesLastWhenTouchedAgain()
    {
        Job first = Touch(null, TestJobs.Waiting(1));
        Job larger = Touch(first, Larger(first));
        Job other = Touch(null, TestJobs.Waiting(2));

        _pending.Untouch(larger);
        AssertDocuments(other);

        Touch(null, first);
        AssertDocuments(other, first);
    }

    [Fact]
    public void Untouch_JobThatWasNotTouched_ChangesNothing()
    {
        Job job = Touch(null, TestJobs.Waiting(1));

        _pending.Untouch(TestJobs.Waiting(2));

        AssertDocuments(job);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PutBack_ToAnEarlierVersion_NeedsADocumentUnlessThatIsTheStoredOne(bool toStored)
    {
        Job stored = TestJobs.Waiting(1);
        Job second = Touch(stored, Larger(stored));
        Job ended = Touch(second, second.Ended());
        Job back = toStored ? stored : second;

        _jobs.Set(back);
        _pending.PutBack(back, ended);

        AssertDocuments(toStored ? [] : [second]);
        Assert.Empty(_pending.Finishing);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void Finishing_JobTouched_IsThereOnceItHasEndedAndWasNoVisitor(bool ended, bool visitor, bool finishing)
    {
        Job job = TestJobs.Waiting(1);
        if (visitor)
        {
            _pending.Visit(job.Id);
        }

        Touch(job, ended ? job.Ended() : job.Leased());

        Assert.Equal(finishing, _pending.Finishing.Contains(job.Id));
        Assert.Equal(visitor, _pending.Visitors.Contains(job.Id));
    }

    [Fact]
    public void Forget_VisitorThatWasTouched_IsDeletedAndNotWritten()
    {
        Job visitor = TestJobs.Waiting(1).Ended();
        _pending.Visit(visitor.Id);
        Job touched = Touch(visitor, visitor with { RetriedAs = TestShard.Id(2) });

        _pending.Forget(touched);

        AssertDocuments();
        Assert.Equal([visitor.Id], Changes.Forgotten.Select(gone => gone.Id));
        Assert.False(Changes.IsEmpty);
        Assert.True(_pending.IsForgotten(visitor.Id));
        Assert.False(_pending.IsVisitor(visitor.Id));
    }

    [Fact]
    public void ReturnTo_APlace_TakesBackEventsAndNewJobsSinceThen()
    {
        Job kept = Touch(null, TestJobs.Waiting(1));
        Job undone = Touch(null, TestJobs.Waiting(2));
        var told = new JobEvent(JobEventKind.Created, kept, null);
        _pending.Create(kept.Id);
        _pending.Tell(told);
        Pending.Mark here = _pending.Here;
        _pending.Create(undone.Id);
        _pending.Tell(new JobEvent(JobEventKind.Created, undone, null));

        _pending.ReturnTo(here);

        Assert.Equal([kept], Changes.Created);
        Assert.Equal([told], Changes.Events);
        Assert.True(_pending.IsCreated(kept.Id));
        Assert.False(_pending.IsCreated(undone.Id));
    }

    [Fact]
    public void AmendBefore_NewAndChangedJobs_ChangesWhatTheChangedOnesWere()
    {
        Touch(null, TestJobs.Waiting(1));
        Job stored = TestJobs.Waiting(2).Leased(10);
        Touch(stored, stored.Ended());

        _pending.AmendBefore(before => before.Leased(30));

        Assert.Equal([null, stored.Leased(30)], _pending.Touched.Select(touched => touched.Before));
    }

    [Fact]
    public void Clear_EverythingPending_IsGone()
    {
        Job job = Touch(null, TestJobs.Waiting(1).Ended());
        _pending.Create(job.Id);
        _pending.Tell(new JobEvent(JobEventKind.Created, job, null));
        _pending.Visit(TestShard.Id(2));
        _pending.Forget(TestJobs.Waiting(2).Ended());
        _pending.Visit(TestShard.Id(3));
        _pending.Touch(new QueueSettings { Name = "a" }, new QueueSettings { Name = "a", Paused = true });

        _pending.Clear();

        AssertDocuments();
        Assert.True(Changes.IsEmpty);
        Assert.Empty(Changes.Created);
        Assert.Empty(Changes.Events);
        Assert.Empty(_pending.SettingsBefore);
        Assert.Empty(_pending.Finishing);
        Assert.Empty(_pending.Visitors);
        Assert.Equal(default, _pending.Here);
    }
}
