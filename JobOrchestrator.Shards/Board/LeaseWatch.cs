using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// One follower of leases, for the worker who holds them. It is woken when one of them is asked to end or is over, and by nothing else
/// that happens to their jobs: neither by progress nor by what that worker reports itself.
/// </summary>
internal sealed class LeaseWatch : IJobListener, IDisposable
{
    private readonly Dictionary<JobId, string[]> _tokens;
    private readonly Action<JobId, IJobListener> _leave;
    private readonly Signal _woken = new();
    private volatile bool _hasEnded;

    /// <param name="leases">The leases; several of one job may be among them.</param>
    /// <param name="leave">Ends it for one job.</param>
    public LeaseWatch(IReadOnlyList<NamedLease> leases, Action<JobId, IJobListener> leave)
    {
        _leave = leave;
        _tokens = leases.GroupBy(lease => lease.JobId, lease => lease.Token).ToDictionary(job => job.Key, job => job.ToArray());
    }

    /// <summary>Their jobs, each once.</summary>
    public IReadOnlyCollection<JobId> Jobs => _tokens.Keys;

    /// <summary>Nothing more is told here.</summary>
    public bool HasEnded => _hasEnded;

    public void Hear(JobEvent news)
    {
        if (Array.Exists(
            _tokens[news.Job.Id], token => news.Job.StandingOf(token) is LeaseStanding.CancelRequested or LeaseStanding.Over))
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
