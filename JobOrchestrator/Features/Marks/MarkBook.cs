using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Marks;

/// <summary>The marks that were set here since the start, the last ones; in memory alone. Thread-safe.</summary>
/// <param name="countMax">How many are kept.</param>
internal sealed class MarkBook(int countMax = MarkBook.CountMax)
{
    /// <summary>How many are kept.</summary>
    public const int CountMax = 500;

    private readonly Queue<Mark> _marks = new(); // also the lock that guards it

    /// <summary>Sets one.</summary>
    public void Add(Mark mark)
    {
        lock (_marks)
        {
            if (_marks.Count >= countMax)
            {
                _marks.Dequeue();
            }

            _marks.Enqueue(mark);
        }
    }

    /// <summary>Those that a caller sees, the first one first.</summary>
    /// <param name="from">From when on.</param>
    /// <param name="to">Until when, that not included.</param>
    /// <param name="caller">Who asks: one that is bound sees those of the queues that it sees all of.</param>
    public IReadOnlyList<Mark> Read(DateTimeOffset from, DateTimeOffset to, Caller caller)
    {
        lock (_marks)
        {
            return [.. _marks.Where(mark => mark.At >= from && mark.At < to && Sees(caller, mark)).OrderBy(mark => mark.At)
                .Select(mark => MayOperate(caller, mark) ? mark.InFull() : mark.InBrief())];
        }
    }

    private static bool Sees(Caller caller, Mark mark) =>
        mark.Queue is { } queue ? caller.MaySeeQueue(queue) : !caller.IsBound || caller.Queues is null;

    private static bool MayOperate(Caller caller, Mark mark) =>
        mark.Queue is { } queue ? caller.MayOperate(queue) : caller.MayOperateAll;
}
