using JobOrchestrator.Http;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Features.Marks;

/// <summary>The last marks. Thread-safe.</summary>
/// <param name="countMax">How many there are at most.</param>
internal sealed class MarkBook(int countMax = MarkBook.CountMax)
{
    /// <summary>How many there are at most.</summary>
    public const int CountMax = 500;

    /// <summary>How many of them tell of workers' versions at most: any worker sets them, and none pushes others out.</summary>
    public const int VersionsMax = 100;

    /// <summary>For how many days they are kept: as long as what is plotted.</summary>
    public const int DaysKept = 36;

    // Of all their texts together: a document of the store is no larger than that.
    private const int CharactersMax = 100_000;

    private readonly Lock _lock = new(); // guards everything
    private List<Mark> _marks = []; // by time
    private IReadOnlyList<Mark> _kept = [];

    /// <summary>Is set when there is one more.</summary>
    public Signal News { get; } = new();

    /// <summary>Whether there are some that were not stored yet.</summary>
    public bool IsUnkept
    {
        get
        {
            lock (_lock)
            {
                return !_marks.SequenceEqual(_kept);
            }
        }
    }

    /// <summary>Sets one.</summary>
    public void Add(Mark mark)
    {
        lock (_lock)
        {
            _marks = Last(_marks.Append(mark));
        }

        News.Set();
    }

    /// <summary>Takes in what is stored; all that there are then, without those that are too old.</summary>
    public IReadOnlyList<Mark> Join(IReadOnlyList<Mark> stored, DateTimeOffset now)
    {
        lock (_lock)
        {
            DateTimeOffset oldest = now.AddDays(-DaysKept);
            _marks = Last(stored.Concat(_marks).Where(mark => mark.At >= oldest).Distinct());
            return [.. _marks];
        }
    }

    /// <summary>These are stored.</summary>
    public void Kept(IReadOnlyList<Mark> marks)
    {
        lock (_lock)
        {
            _kept = marks;
        }
    }

    /// <summary>Those that a caller sees, the first one first.</summary>
    /// <param name="from">From when on.</param>
    /// <param name="to">Until when, that not included.</param>
    /// <param name="caller">Who asks: one that is bound sees those of the queues that it sees all of.</param>
    public IReadOnlyList<Mark> Read(DateTimeOffset from, DateTimeOffset to, Caller caller)
    {
        lock (_lock)
        {
            return [.. _marks.Where(mark => mark.At >= from && mark.At < to && Sees(caller, mark))
                .Select(mark => MayOperate(caller, mark) ? mark.InFull() : mark.InBrief())];
        }
    }

    /// <summary>
    /// The last ones. A version is told once: each replica sees it come, and so does each after its start where others are there as well.
    /// </summary>
    private List<Mark> Last(IEnumerable<Mark> marks)
    {
        List<Mark> all = [.. marks.OrderBy(mark => mark.At)];
        var versions = all.Where(mark => mark.Kind == MarkKind.Version)
            .DistinctBy(mark => (mark.Queue, mark.Text))
            .TakeLast(VersionsMax)
            .ToHashSet<Mark>(ReferenceEqualityComparer.Instance);
        all = [.. all.Where(mark => mark.Kind != MarkKind.Version || versions.Contains(mark)).TakeLast(countMax)];
        int first = all.Count;
        for (int left = CharactersMax; first > 0 && (left -= all[first - 1].Characters) >= 0; first--)
        {
            // One more fits.
        }

        return all[first..];
    }

    private static bool Sees(Caller caller, Mark mark) =>
        mark.Queue is { } queue ? caller.MaySeeQueue(queue) : !caller.IsBound || caller.Queues is null;

    private static bool MayOperate(Caller caller, Mark mark) =>
        mark.Queue is { } queue ? caller.MayOperate(queue) : caller.MayOperateAll;
}
