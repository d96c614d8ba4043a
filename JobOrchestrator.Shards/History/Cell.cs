using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What happened in one second, minute or hour.</summary>
public sealed class Cell
{
    /// <summary>How often, by <see cref="Columns"/>.</summary>
    public int[] Counts { get; } = new int[Columns.Count];

    /// <summary>How full it was; a copy that is changed in place.</summary>
    public ref BacklogFigures Backlog => ref _backlog;

    /// <summary>Nothing has happened: it needs not be kept.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>How many jobs were submitted and started: how busy it was.</summary>
    public long Jobs => (long)Counts[Columns.Submitted] + Counts[Columns.Started];

    private BacklogFigures _backlog;

    /// <summary>Counts one.</summary>
    public void Count(int column)
    {
        Counts[column]++;
        IsEmpty = false;
    }

    /// <summary>Begins anew, as full as it was at the end.</summary>
    public void Clear()
    {
        if (!IsEmpty)
        {
            Array.Clear(Counts);
            IsEmpty = true;
        }

        _backlog.BeginAnew();
    }

    /// <summary>It is so full from now on.</summary>
    public void Set(in Backlog now, long at)
    {
        if (_backlog.Set(now, at))
        {
            IsEmpty = false;
        }
    }

    /// <summary>How full it was before is not known: it is so full from now on, and no more than that is said.</summary>
    public void Begin(in Backlog now, long at)
    {
        _backlog = default;
        Set(now, at);
    }

    /// <summary>Something has happened that is no count.</summary>
    public void Touch() => IsEmpty = false;

    /// <summary>What happened in a part of it.</summary>
    public void Add(Cell part)
    {
        Add(Counts, part.Counts);
        _backlog.Add(part._backlog);
        IsEmpty &= part.IsEmpty;
    }

    /// <summary>Adds counts up.</summary>
    public static void Add(int[] sum, int[] more)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += more[i];
        }
    }
}
