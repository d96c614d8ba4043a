using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class ErrorGroupsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 6, 0, 0, TimeSpan.Zero);

    private DateTimeOffset _now = Start;
    private int _jobs;

    [Fact]
    public void Groups_OfAlikeErrors_CountBySteps()
    {
        var groups = new ErrorGroups(64, Start);
        Fail(groups, "a");
        _now += TimeSpan.FromMinutes(2);
        Fail(groups, "a");
        Fail(groups, "b");
        JobId last = Fail(groups, "a");

        ErrorsAnswer answer = groups.Read(ErrorWindow.Of(TimeSpan.FromMinutes(15), _now));

        ErrorGroup a = answer.Groups.Single(group => group.Key.Text == "a");
        Assert.Equal([1, 0, 2], a.Spark.TakeLast(3));
        Assert.Equal(16, a.Spark.Count);
        Assert.Equal((Start, _now, last, false), (a.FirstAt, a.LastAt, a.Example, a.IsLowerBound));
        Assert.Equal(4, answer.Total);
    }

    [Theory]
    [InlineData(15, 60)]
    [InlineData(60, 60)]
    [InlineData(24 * 60, 3_600)]
    [InlineData(7 * 24 * 60, 21_600)]
    [InlineData(35 * 24 * 60, 21_600)]
    public void Window_BeginsWithTheStepThatItBeginsIn_AndIsKeptWhole(int minutes, int step)
    {
        var length = TimeSpan.FromMinutes(minutes);
        var groups = new ErrorGroups(64, Start);
        Fail(groups, "a");
        _now += length;
        Fail(groups, "a");

        var window = ErrorWindow.Of(length, _now);
        Assert.Equal([2], groups.Read(window).Groups.Select(group => group.Spark.Sum()));
        Assert.Equal((step, Start), (window.Step, window.From));

        _now += TimeSpan.FromSeconds(step);
        Assert.Equal([1], groups.Read(ErrorWindow.Of(length, _now)).Groups.Select(group => group.Spark.Sum()));
    }

    /// <summary>Whatever comes once goes again; what comes often stays, also when it comes late.</summary>
    [Fact]
    public void Groups_MoreThanThereIsRoomFor_ThoseThatHappenOftenStay()
    {
        var groups = new ErrorGroups(8, Start);
        for (int i = 0; i < 1_000; i++)
        {
            _now += TimeSpan.FromSeconds(1);
            Fail(groups, $"once {(char)('a' + (i % 26))}{(char)('a' + (i / 26))}");
            Fail(groups, "early");
            if (i > 500)
            {
                Fail(groups, "late");
            }
        }

        ErrorsAnswer answer = groups.Read(ErrorWindow.Of(TimeSpan.FromHours(1), _now));

        Assert.Equal(8, answer.Groups.Count);
        Assert.Equal((1_000, false), CountOf("early"));
        Assert.Equal((499, true), CountOf("late"));
        Assert.Equal(2_499, answer.Total);

        (int, bool) CountOf(string text)
        {
            ErrorGroup group = answer.Groups.Single(group => group.Key.Text == text);
            return (group.Spark.Sum(), group.IsLowerBound);
        }
    }

    [Fact]
    public void Groups_ThatWereOnceManyAndAreNoMore_MakeRoom()
    {
        var groups = new ErrorGroups(2, Start);
        for (int i = 0; i < 100; i++)
        {
            Fail(groups, "long ago");
        }

        _now += TimeSpan.FromDays(10);
        for (int i = 0; i < 3; i++)
        {
            Fail(groups, "now");
            Fail(groups, "now too");
        }

        ErrorsAnswer answer = groups.Read(ErrorWindow.Of(ErrorWindow.Longest, _now));

        Assert.Equal(["now", "now too"], answer.Groups.Select(group => group.Key.Text).Order());
        Assert.Equal(106, answer.Total);
    }

    [Fact]
    public void Errors_ByOwner_AreItsOwn_AndOwnersAreBounded()
    {
        var errors = new ShardErrors(Start, ownersMax: 2);
        Fail(errors, "shop", "a");
        Fail(errors, "shop", "a");
        _now += TimeSpan.FromMinutes(1);
        Fail(errors, "other", "b");
        Fail(errors, null, "c");
        ErrorWindow window = Window();

        Assert.Equal(4, errors.Read(window, null).Total);
        Assert.Equal(("a", 2L), (Assert.Single(errors.Read(window, "shop").Groups).Key.Text, errors.Read(window, "shop").Total));
        Assert.Empty(errors.Read(window, "nobody").Groups);

        // The third takes the place of the one that is quiet for longest, and what was known of that one is not known any more.
        _now += TimeSpan.FromMinutes(1);
        Fail(errors, "third", "d");
        Assert.Equal((0L, _now), (errors.Read(Window(), "shop").Total, errors.Read(Window(), "shop").Since));
        Assert.Equal((1L, Start), (errors.Read(Window(), "other").Total, errors.Read(Window(), "other").Since));
        Assert.Equal(5, errors.Read(Window(), null).Total);

        ErrorWindow Window() => ErrorWindow.Of(TimeSpan.FromHours(1), _now);
    }

    [Fact]
    public void Errors_InNumbersAndLengths_AreBounded()
    {
        var errors = new ShardErrors(Start);
        for (int i = 0; i < 5_000; i++)
        {
            string name = $"{(char)('a' + (i % 26))}{(char)('a' + (i / 26 % 26))}{(char)('a' + (i / 676))}";
            Fail(errors, name, name + new string('x', 2_000));
        }

        Assert.InRange(errors.Bytes, 64 * 1_000, (64 + (32 * 32)) * 3_000);
    }

    private JobId Fail(ErrorGroups groups, string text)
    {
        JobId id = TestJobs.Id(++_jobs);
        groups.Add(new ErrorKey(text, "send", "mail", JobError.WorkerError), id, _now);
        return id;
    }

    private void Fail(ShardErrors errors, string? owner, string title)
    {
        Job job = TestJobs.Job(++_jobs);
        errors.Add(job with { Spec = job.Spec with { Owner = owner }, Error = new JobError(JobError.WorkerError, title) }, _now);
    }
}
