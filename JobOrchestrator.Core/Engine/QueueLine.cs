using System.Runtime.InteropServices;

namespace JobOrchestrator.Core;

/// <summary>One queue's line: its counts, who holds its jobs, and the jobs that may be handed out now.</summary>
internal sealed class QueueLine(string name)
{
    private readonly Dictionary<string, int> _heldBy = [];

    public string Name { get; } = name;

    public QueueSettings Settings { get; set; } = new() { Name = name };

    /// <summary>Jobs that wait, ready or scheduled.</summary>
    public int Waiting { get; set; }

    public int InProgress { get; private set; }

    public ReadyJobs Ready { get; } = new();

    /// <summary>It is among the queues that were stirred.</summary>
    public bool IsStirred { get; set; }

    /// <summary>By what <see cref="OldestReady"/> knows it; <see cref="long.MaxValue"/>: it does not.</summary>
    public long OldestKey { get; set; } = long.MaxValue;

    /// <summary>How full it is.</summary>
    public Backlog Backlog => new(Ready.Count, Waiting - Ready.Count, InProgress, Ready.ReadySince);

    /// <summary>How many jobs each worker holds that holds any: a copy.</summary>
    public Dictionary<string, int> Held() => new(_heldBy);

    /// <summary>How many jobs in progress a worker holds.</summary>
    public int HeldBy(string worker) => _heldBy.GetValueOrDefault(worker);

    /// <summary>A job is in progress with a worker.</summary>
    public void Hold(string worker)
    {
        InProgress++;
        CollectionsMarshal.GetValueRefOrAddDefault(_heldBy, worker, out _)++;
    }

    /// <summary>A job is in progress with this worker no more.</summary>
    public void Unhold(string worker)
    {
        InProgress--;
        ref int held = ref CollectionsMarshal.GetValueRefOrNullRef(_heldBy, worker);
        if (--held == 0)
        {
            // Workers name themselves as they like, so one that holds nothing may not stay for ever.
            _heldBy.Remove(worker);
        }
    }
}
