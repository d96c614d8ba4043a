using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What is kept of what jobs did: by seconds, minutes and hours, in bounded memory, nothing counted twice.</summary>
public sealed class ShardHistoryTests
{
    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Shard _shard = new(ShardSettings.Default);
    private readonly ShardHistory _history = new(long.MaxValue, TimeSpan.FromHours(1));
    private DateTimeOffset _now = Begin;
    private int _jobs;

    [Fact]
    public void ALife_IsCountedInTheSecondsInWhichItHappened()
    {
        Hold();
        Submit("mail");
        Pass(3);
        Job job = Lease("mail");
        Pass(4);
        Apply(new Command.Complete(job.Id, job.Lease!.Token, null));

        IReadOnlyList<Cell?> steps = Read(10, 1, HistoryBy.Queue, "mail");

        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0], Counts(steps, Columns.Submitted));
        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 0], Counts(steps, Columns.Started));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1], Counts(steps, Columns.Completed));
        Assert.Equal([1, 1, 1, 1, 0, 0, 0, 0], steps.Take(8).Select(cell => cell!.Backlog.ReadyMax));
        Assert.Equal([0, 0, 0, 1, 1, 1, 1, 0], steps.Take(8).Select(cell => cell!.Backlog.Running));
        Assert.InRange(Quantile(steps[3]!, Columns.Wait), 3 / 1.2, 3 * 1.2);
        Assert.InRange(Quantile(steps[7]!, Columns.Run), 4 / 1.2, 4 * 1.2);

        // What is ahead is not known, rather than nothing.
        Assert.Equal([null, null], steps.Skip(8));
    }

    [Fact]
    public void TheOldest_GrowsWhileNothingHappens()
    {
        Hold();
        Submit("mail");
        Pass(5);

        IReadOnlyList<Cell?> steps = Read(6, 1, HistoryBy.All);

        Assert.Equal([1_000, 2_000, 3_000, 4_000, 5_000, 5_000], steps.Select(cell => cell!.Backlog.Oldest));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(3_600)]
    [InlineData(600)]
    public void LongerSteps_SayTheSameAsShortOnes(int step)
    {
        var random = new Random(7);
        Hold();
        for (int i = 0; i < 3_000; i++)
        {
            Pass(random.Next(2));
            if (random.Next(3) > 0)
            {
                Submit("mail");
            }
            else if (_shard.Ready("mail") > 0)
            {
                Job job = Lease("mail");
                Apply(new Command.Complete(job.Id, job.Lease!.Token, null));
            }
        }

        Assert.InRange((_now - Begin).TotalMinutes, 20, 59);
        IReadOnlyList<Cell?> seconds = Read(3_600, 1, HistoryBy.All);
        IReadOnlyList<Cell?> longer = Read(3_600 / step, step, HistoryBy.All);
        int[] columns = [Columns.Submitted, Columns.Started, Columns.Completed, Columns.Attempts(1, AttemptOutcome.Completed)];
        foreach (int column in columns)
        {
            Assert.Equal(
                seconds.Chunk(step).Select(cells => cells.Sum(cell => cell?.Counts[column] ?? 0)),
                longer.Select(cell => cell?.Counts[column] ?? 0));
        }

        Assert.Equal(
            seconds.Chunk(step).Select(cells => cells.Max(cell => cell?.Backlog.ReadyMax ?? 0)),
            longer.Select(cell => cell?.Backlog.ReadyMax ?? 0));
        Assert.Equal(
            seconds.Chunk(step).Select(cells => cells.LastOrDefault(cell => cell is not null)?.Backlog.Running ?? 0),
            longer.Select(cell => cell?.Backlog.Running ?? 0));
    }

    [Fact]
    public void Seconds_AreKeptForAnHourAndMinutesForADay()
    {
        Hold();
        Submit("mail");
        for (int minute = 0; minute < 26 * 60; minute++)
        {
            Pass(60);
            Submit("mail");
        }

        HistoryAnswer seconds = _history.Read(Ask(60, 1, HistoryBy.All), [], _now);
        HistoryAnswer minutes = _history.Read(Ask(60, 60, HistoryBy.All), [], _now);
        HistoryAnswer hours = _history.Read(Ask(26, 3_600, HistoryBy.All), [], _now);

        Assert.All(seconds.Parts[0].Steps, Assert.Null);
        Assert.InRange(_now - seconds.Since, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(62));
        Assert.All(minutes.Parts[0].Steps, Assert.Null);
        Assert.InRange(_now - minutes.Since, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
        Assert.Equal(Begin, hours.Since);
        Assert.Equal(26 * 60, hours.Parts[0].Steps.Sum(cell => cell!.Counts[Columns.Submitted]));
    }

    [Fact]
    public void ManyNames_AreOtherTogether_AndNoneIsLost()
    {
        for (int i = 0; i < 3 * ShardHistory.QueuesMax; i++)
        {
            Submit($"queue-{i}");
        }

        HistoryAnswer answer = _history.Read(Ask(1, 60, HistoryBy.Queue), [], _now);

        Assert.Equal(ShardHistory.QueuesMax + 1, answer.Parts.Count);
        Assert.Equal(3 * ShardHistory.QueuesMax, answer.Parts.Sum(part => part.Steps[0]!.Counts[Columns.Submitted]));
        Assert.Contains(answer.Parts, part => part.Name.Length == 0);
    }

    [Fact]
    public void ANameThatIsIdleForAnHour_MakesRoom()
    {
        for (int i = 0; i <= ShardHistory.QueuesMax; i++)
        {
            Submit($"queue-{i}");
        }

        Pass(3_700);
        Submit("new");

        Assert.Contains(_history.Read(Ask(1, 3_600, HistoryBy.Queue), [], _now).Parts, part => part.Name == "new");
    }

    [Fact]
    public void AFullHistory_KeepsToItsBound()
    {
        const long Bound = 200_000;
        var history = new ShardHistory(Bound, TimeSpan.FromHours(1));
        history.BeginHours([], isTodayForeign: false, _now);
        for (int second = 0; second < 3_600; second++)
        {
            Pass(1);
            for (int i = 0; i < 10; i++)
            {
                Submit($"queue-{i}", history);
            }
        }

        // What a minute brings between two looks comes on top.
        Assert.InRange(history.Bytes, 1, Bound * 5 / 4);
        IReadOnlyList<Cell?> hours = history.Read(Ask(2, 3_600, HistoryBy.All), [], _now).Parts[0].Steps;
        Assert.Equal(36_000, hours.Sum(cell => cell?.Counts[Columns.Submitted] ?? 0));
    }

    [Fact]
    public void AClockThatGoesBack_CountsInTheLatestSecond()
    {
        Hold();
        Pass(10);
        Submit("mail");
        _now = Begin.AddSeconds(2);
        _history.Stored([.. Changes("mail")], _shard, _now);

        Assert.Equal(2, Read(20, 1, HistoryBy.All, now: Begin.AddSeconds(15)).Sum(cell => cell?.Counts[Columns.Submitted] ?? 0));
    }

    [Fact]
    public void AQuietShard_DoesNotKnowWhatItNoLongerKeeps()
    {
        Hold();
        Submit("mail");
        Pass(2 * 3_600);

        Assert.All(Read(60, 1, HistoryBy.All), Assert.Null);
    }

    [Fact]
    public void WhatTheShardDidElsewhere_IsNotKnown()
    {
        Hold();
        Submit("mail");
        Pass(10);
        _history.End(_now);
        Pass(20);
        Hold();
        Pass(5);

        IReadOnlyList<Cell?> steps = Read(36, 1, HistoryBy.All);

        Assert.Equal(
            [.. Enumerable.Repeat(true, 10), .. Enumerable.Repeat(false, 20), .. Enumerable.Repeat(true, 6)],
            steps.Select(cell => cell is not null));
    }

    [Fact]
    public void AQueueThatWasEmptiedElsewhere_IsEmptyOnceTheShardIsBack()
    {
        Hold();
        IReadOnlyList<JobEvent> submitted = Changes("mail");
        _history.Stored(submitted, _shard, _now);
        Pass(1);
        _history.End(_now);
        _shard.Apply(new Command.Cancel(submitted[0].Job.Id), _now);
        _shard.TakeChanges();
        Pass(1);

        Hold();

        IReadOnlyList<Cell?> steps = Read(3, 1, HistoryBy.Queue, "mail");
        Assert.Equal([1, null, 0], steps.Select(cell => cell?.Backlog.Ready));
        Assert.Equal([1, null, 0], steps.Select(cell => cell?.Backlog.ReadyMax));
        Assert.Equal([1_000, null, 0L], steps.Select(cell => cell?.Backlog.Oldest));
        Assert.Equal([1, null, 0], Read(3, 1, HistoryBy.All).Select(cell => cell?.Backlog.ReadyMax));
    }

    [Fact]
    public void AQueueThatAJobLeaves_IsNoLongerAsFull()
    {
        Hold();
        IReadOnlyList<JobEvent> submitted = Changes("mail");
        _history.Stored(submitted, _shard, _now);
        Pass(1);

        Apply(new Command.Reprioritise(submitted[0].Job.Id, null, null) { Queue = "pdf" });

        Assert.Equal([1, 0], Read(2, 1, HistoryBy.Queue, "mail").Select(cell => cell!.Backlog.Ready));
        Assert.Equal(1, Read(2, 1, HistoryBy.Queue, "pdf")[^1]!.Backlog.Ready);
    }

    [Fact]
    public void OfManyQueues_TheBusiestAreRead()
    {
        for (int i = 0; i < 30; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                Submit($"queue-{i}");
            }
        }

        HistoryAnswer answer = _history.Read(Ask(1, 60, HistoryBy.Queue) with { NamesMax = 2 }, [], _now);

        Assert.Equal(["queue-29", "queue-28"], answer.Parts.Select(part => part.Name));
    }

    /// <summary>What is busy now is not hidden behind what was busy before, nor in what is not asked for.</summary>
    [Theory]
    [InlineData(1, 120)]
    [InlineData(60, 2)]
    [InlineData(60, 300)]
    [InlineData(3_600, 6)]
    public void TheBusiest_AreThoseOfTheStepsThatAreAskedFor(int step, int count)
    {
        Hold();
        Submit("before", "before", "before", "before", "now");
        Pass(6 * 3_600);
        DateTimeOffset from = _now;
        Submit("now", "now", "before");
        Pass(61);
        Submit("now", "later");
        Pass(count * step);
        Submit([.. Enumerable.Repeat("later", 9)]);
        var ask = new HistoryAsk(from, count, step, HistoryBy.Queue, NamesMax: 1);

        HistoryPart busiest = Assert.Single(_history.Read(ask, [], _now).Parts);

        Assert.Equal("now", busiest.Name);
    }

    /// <summary>What is being filled counts too, in each length: all of this hour stands there in part.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void TheBusiest_OfAPlaceThatIsNotOver_AreThoseOfIt(int step)
    {
        Hold();
        Submit("a", "b", "b");
        Pass(59);
        Submit("a", "a", "a");

        HistoryAnswer answer = _history.Read(new HistoryAsk(Begin, 60 / step, step, HistoryBy.Queue, NamesMax: 1), [], _now);

        Assert.Equal("a", Assert.Single(answer.Parts).Name);
    }

    private static double Quantile(Cell cell, int first) =>
        RootTwoBuckets.Quantile(cell.Counts.AsSpan(first, RootTwoBuckets.Count), 0.5)!.Value;

    private static IEnumerable<int> Counts(IReadOnlyList<Cell?> steps, int column) =>
        steps.OfType<Cell>().Select(cell => cell.Counts[column]);

    private static HistoryAsk Ask(int count, int step, HistoryBy by, params string[] names) =>
        new(Begin, count, step, by, names.Length == 0 ? null : names.ToHashSet());

    private IReadOnlyList<Cell?> Read(int count, int step, HistoryBy by, string? name = null, DateTimeOffset? now = null) =>
        Assert.Single(_history.Read(Ask(count, step, by, name is null ? [] : [name]), [], now ?? _now).Parts).Steps;

    private void Hold()
    {
        _history.BeginHours([], isTodayForeign: false, _now);
        _history.Begin(_shard, _now);
    }

    private void Pass(double seconds) => _now = _now.AddSeconds(seconds);

    private void Submit(params string[] queues) => Array.ForEach(queues, queue => Submit(queue, _history));

    private void Submit(string queue, ShardHistory? history = null) => (history ?? _history).Stored(Changes(queue), _shard, _now);

    private IReadOnlyList<JobEvent> Changes(string queue)
    {
        var job = new NewJob
        {
            Id = JobId.Create(Begin, 0, (ulong)++_jobs),
            Spec = new JobSpec { Type = "test", Queue = queue, LeaseSeconds = 30 },
        };
        Assert.IsType<Outcome.Accepted>(_shard.Apply(new Command.Enqueue(job), _now));
        return _shard.TakeChanges().Events;
    }

    private Job Lease(string queue)
    {
        var lease = new Command.Lease([queue], "worker", 1, null, $"seed-{++_jobs}");
        Outcome.Leased leased = Assert.IsType<Outcome.Leased>(_shard.Apply(lease, _now));
        _history.Stored(_shard.TakeChanges().Events, _shard, _now);
        return Assert.Single(leased.Jobs);
    }

    private void Apply(Command command)
    {
        Assert.IsType<Outcome.Changed>(_shard.Apply(command, _now));
        _history.Stored(_shard.TakeChanges().Events, _shard, _now);
    }
}
