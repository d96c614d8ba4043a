using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What commits write of hours: each day once an hour, for 35 days, no more than there is room for.</summary>
public sealed class HoursPlanTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly Shard _shard = new(ShardSettings.Default);
    private readonly ShardHistory _history = new(long.MaxValue, TimeSpan.FromHours(1));
    private readonly Dictionary<string, byte[]> _stored = [];
    private DateTimeOffset _now = Noon;
    private DateOnly? _from;
    private int _jobs;

    public HoursPlanTests()
    {
        _history.BeginHours([], isTodayForeign: false, _now);
        _history.Begin(_shard, _now);
    }

    [Fact]
    public void WithinAnHour_NothingIsWritten()
    {
        Submit("mail");
        _now = Noon.AddMinutes(59);

        Assert.False(_history.HasHours(_now));
        Assert.True(_history.HasHours(Noon.AddHours(1)));
    }

    [Fact]
    public void After35Days_ADayGoes()
    {
        for (int day = 0; day < 40; day++)
        {
            Submit("mail");
            _now = Noon.AddDays(day + 1);
            Store(Plan());
        }

        Assert.Equal(36, _stored.Count);
        Assert.Equal([.. Enumerable.Range(5, 36).Select(day => Keys.History(0, DateOfDay(day)))], _stored.Keys.Order());
        Assert.Equal(DateOfDay(5), _from);
        IReadOnlyList<HourDay> days = [.. _stored.Values.Select(document => HourDayJson.Parse(document))];
        HistoryAnswer answer = _history.Read(new HistoryAsk(Noon.AddDays(5), 36 * 24, 3_600, HistoryBy.Queue), [.. days], _now);
        Assert.Equal(35, answer.Parts[0].Steps.Sum(cell => cell?.Counts[Columns.Submitted] ?? 0));
    }

    [Fact]
    public void WhatIsNotStored_GoesWithTheNext()
    {
        Submit("mail");
        _now = Noon.AddHours(1);
        Plan();
        Submit("mail");

        HoursPlan plan = Plan();

        Assert.Equal([DateOfDay(0)], plan.Dates);
        Store(plan);
        Assert.False(_history.HasHours(_now));
        Assert.Equal(2, Submitted(_stored.Values.Single()));
    }

    [Fact]
    public void WhatIsRefused_WaitsForTheNextHour()
    {
        Submit("mail");
        _now = Noon.AddHours(1);
        _history.RefusedHours(Plan().Dates, areAlone: true, _now);

        Assert.False(_history.HasHours(Noon.AddMinutes(119)));
        _now = Noon.AddHours(2);
        Store(Plan());
        Assert.Equal(1, Submitted(_stored.Values.Single()));
    }

    [Fact]
    public void AtMidnight_BothDaysAreWritten()
    {
        Submit("mail");
        _now = Noon.AddHours(12).AddSeconds(1);
        Submit("mail");

        HoursPlan plan = Plan();

        Assert.Equal([DateOfDay(0), DateOfDay(1)], plan.Dates);
        Store(plan);
        Assert.Equal([1, 1], _stored.OrderBy(one => one.Key).Select(one => Submitted(one.Value)));
    }

    [Fact]
    public void WhereACommitHasNoRoomLeft_TheNextTakesAll()
    {
        Submit("mail");
        Submit("pdf");
        _now = Noon.AddHours(1);

        foreach (long room in new[] { -5_000, 0, 100_000 })
        {
            Assert.Empty(HoursPlan.Of(0, _from, _history, _now, 10, bytesMax: 1_000_000, room).Documents);
        }

        Store(Plan());
        Assert.Equal(["mail", "pdf"], HourDayJson.Parse(_stored.Values.Single()).NamesOf(HistoryBy.Queue).Order());
    }

    [Fact]
    public void WhereCommitsAreSmall_TheBusiestAreWrittenByName()
    {
        for (int queue = 0; queue < 40; queue++)
        {
            for (int job = 0; job <= queue; job++)
            {
                Submit($"queue-{queue}");
            }
        }

        _now = Noon.AddHours(1);
        var plan = HoursPlan.Of(0, _from, _history, _now, 10, bytesMax: 24_000, room: 24_000);

        StateOperation written = Assert.Single(plan.Documents);
        Assert.InRange(written.Value!.Length, 1, 4_000);
        string text = Encoding.UTF8.GetString(written.Value);
        Assert.Contains("queue-39", text, StringComparison.Ordinal);
        Assert.DoesNotContain("queue-0\"", text, StringComparison.Ordinal);
        Assert.Equal(820, Submitted(written.Value));
    }

    /// <summary>
    /// A store that takes no document as large would refuse everything that goes with it, hour by hour: it is offered less, and less
    /// often.
    /// </summary>
    [Fact]
    public void WhatTheStoreRefuses_IsHalvedAndWaitsLongerEachTime()
    {
        const int Takes = 3_000;
        for (int job = 0; job < 500; job++)
        {
            Submit($"a-queue-of-some-length-{job % 200}");
        }

        var offered = new List<(int Hour, int Length)>();
        for (int hour = 1; hour <= 48 && _stored.Count == 0; hour++)
        {
            _now = Noon.AddHours(hour);
            if (!_history.HasHours(_now))
            {
                continue;
            }

            HoursPlan plan = Plan();
            int length = plan.Documents.Max(operation => operation.Value!.Length);
            offered.Add((hour, length));
            if (length <= Takes)
            {
                Store(plan);
            }
            else
            {
                _history.RefusedHours(plan.Dates, areAlone: true, _now);
                Assert.False(_history.HasHours(_now));
            }
        }

        Assert.Equal([1, 2, 4, 7], offered.Select(one => one.Hour).Take(4));
        Assert.InRange(offered[^1].Length, 100, Takes);
        Assert.Equal(500, Submitted(_stored.Values.First()));
        Assert.True(_history.HasHours(_now.AddHours(1)), "Once it is taken, it goes on by the hour.");
    }

    /// <summary>What a job was refused for says nothing of the hours beside it.</summary>
    [Fact]
    public void WhatIsRefusedBesideAJob_KeepsItsSize_UnlessItIsRefusedAgain()
    {
        for (int job = 0; job < 500; job++)
        {
            Submit($"a-queue-of-some-length-{job % 200}");
        }

        int whole = OfferedAt(1);
        _history.RefusedHours([DateOfDay(0)], areAlone: false, _now);
        Assert.InRange(OfferedAt(2), whole, whole + 500);

        _history.RefusedHours([DateOfDay(0)], areAlone: false, _now);
        int halved = OfferedAt(4);
        Assert.InRange(halved, 100, (whole / 2) + 500);

        Store(HoursPlan.Of(0, _from, _history, _now, operationsMax: 10, bytesMax: 32_000, room: 1_000_000));
        for (int job = 0; job < 500; job++)
        {
            Submit($"a-queue-of-some-length-{job % 200}");
        }

        Assert.InRange(OfferedAt(26), whole * 9 / 10, whole * 2);

        int OfferedAt(int hour)
        {
            _now = Noon.AddHours(hour);
            Assert.True(_history.HasHours(_now));
            return HoursPlan.Of(0, _from, _history, _now, operationsMax: 10, bytesMax: 32_000, room: 1_000_000)
                .Documents.Max(operation => operation.Value!.Length);
        }
    }

    private static DateOnly DateOfDay(int day) => HourDay.DateOf(Noon.AddDays(day));

    private static int Submitted(byte[] document)
    {
        int submitted = 0;
        HourDayJson.Parse(document).Read(HistoryBy.All, "", (_, cell) => submitted += cell.Counts[Columns.Submitted]);
        return submitted;
    }

    private HoursPlan Plan() => HoursPlan.Of(0, _from, _history, _now, operationsMax: 10, bytesMax: 1_000_000, room: 1_000_000);

    private void Store(HoursPlan plan)
    {
        foreach (StateOperation operation in plan.Documents)
        {
            if (operation.Value is { } document)
            {
                _stored[operation.Key] = document;
            }
            else
            {
                Assert.True(_stored.Remove(operation.Key));
            }
        }

        _from = plan.From;
        _history.SavedHours(plan.Dates, _now);
    }

    private void Submit(string queue)
    {
        var job = new NewJob
        {
            Id = JobId.Create(Noon, 0, (ulong)++_jobs),
            Spec = new JobSpec { Type = "test", Queue = queue, LeaseSeconds = 30 },
        };
        Assert.IsType<Outcome.Accepted>(_shard.Apply(new Command.Enqueue(job), _now));
        _history.Stored(_shard.TakeChanges().Events, _shard, _now);
    }
}
