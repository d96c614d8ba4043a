using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// One follower of leases, for the worker who holds them. It is woken when one of them is asked to end or is over, and by nothing else
/// that happens to their jobs: neither by progress nor by what that worker reports itself.
/// </summary>
internal sealed class LeaseWatch : IJobListener, IDisposable
{
    private readonly Dictionary<JobId, string> _tokens = [];
    private readonly Action<JobId, IJobListener> _leave;
    private readonly Signal _woken = new();
    private volatile bool _hasEnded;

    /// <param name="leases">The leases. Of two tokens for one job one is over, and whoever looks sees that before he waits.</param>
    /// <param name="leave">Ends it for one job.</param>
    public LeaseWatch(IReadOnlyList<NamedLease> leases, Action<JobId, IJobListener> leave)
    {
        _leave = leave;
        foreach (NamedLease lease in leases)
        {
            _tokens[lease.JobId] = lease.Token;
        }
    }

    /// <summary>Their jobs, each once.</summary>
    public IReadOnlyCollection<JobId> Jobs => _tokens.Keys;

    /// <summary>Nothing more is told here.</summary>
    public bool HasEnded => _hasEnded;

    public void Hear(JobEvent news)
    {
        if (news.Job.StandingOf(_tokens[news.Job.Id]) is LeaseStanding.CancelRequested or LeaseStanding.Over)
        {
            _woken.Set();
        }
    }

    public void End()
    {
        _hasEnded = true;
        _woken.Set();
    }

    /// <summary>Waits until looking is worth while, or for so long.</summary>
    public async Task WokenAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            await _woken.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time has passed.
        }
    }

    public void Dispose()
    {
        foreach (JobId id in _tokens.Keys)
        {
            _leave(id, this);
        }
    }
}
