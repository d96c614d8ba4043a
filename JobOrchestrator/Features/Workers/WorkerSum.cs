using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Workers;

/// <summary>What the shards know of one worker, added up.</summary>
/// <param name="name">Its name.</param>
internal sealed class WorkerSum(string name)
{
    // Of queues and of types, each.
    private const int NamesShown = 50;

    private static readonly TimeSpan ShownFor = TimeSpan.FromMinutes(15);
    private static readonly string[] Any = [ApiKeyOptions.AnyQueue];

    private readonly HashSet<string> _queues = new(StringComparer.Ordinal);
    private readonly HashSet<string> _askedTypes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _heldTypes = new(StringComparer.Ordinal);
    private bool _anyQueue, _anyType, _isPresent, _isHeardOf;
    private int _running, _silent, _late, _lost;
    private SeenWorker? _latest;
    private (JobId Job, DateTimeOffset Since)? _longest;
    private DateTimeOffset? _askedAt, _reportedAt;

    /// <summary>It has asked a shard.</summary>
    public void Add(SeenWorker worker, WorkersScope scope)
    {
        foreach (WorkerWish wish in worker.Wishes)
        {
            if (wish.Queues.Count > 0 && !wish.Queues.Any(scope.Has))
            {
                continue;
            }

            _anyQueue |= wish.Queues.Count == 0;
            _queues.UnionWith(wish.Queues.Where(scope.Has));
            _anyType |= wish.Types is null;
            _askedTypes.UnionWith(wish.Types ?? Enumerable.Empty<string>());
            _isPresent |= wish.IsPresent;
            if (_askedAt is null || wish.LastAt >= _askedAt)
            {
                _askedAt = wish.LastAt;
                _latest = worker;
            }
        }
    }

    /// <summary>It holds jobs.</summary>
    public void Add(HeldJobs held)
    {
        _queues.Add(held.Queue);
        _heldTypes.Add(held.Type);
        _running += held.Jobs;
        _silent += held.Silent;
        Report(held.LastHeartbeatAt);
        _longest = _longest is { } longest && longest.Since <= held.Since ? longest : (held.Longest, held.Since);
    }

    /// <summary>It reported, or should have.</summary>
    public void Add(WorkerHealth health)
    {
        _queues.Add(health.Queue);
        _isHeardOf = true;
        Report(health.LastReportedAt);
        _late += health.Late;
        _lost += health.Lost;
    }

    /// <summary>
    /// Whoever holds a job is; others for a while after they were last heard of: also one that has not asked for long, busy as it was,
    /// and has just lost its lease.
    /// </summary>
    public bool IsShown(DateTimeOffset now) => _running > 0 || _isHeardOf || now - _askedAt <= ShownFor;

    /// <summary>All of it.</summary>
    /// <param name="scope">What the caller sees.</param>
    /// <param name="now">The time.</param>
    public WorkerRow Row(WorkersScope scope, DateTimeOffset now)
    {
        // Whoever asks for any queue is shown to work those that the caller sees.
        IEnumerable<string> queues = _anyQueue ? scope.Queues ?? Any.AsEnumerable() : _queues;
        IEnumerable<string> types = _anyType ? Any : _askedTypes.Count > 0 ? _askedTypes : _heldTypes;
        return new WorkerRow(scope.WithNames ? name : null, Shown(queues), Shown(types), _running)
        {
            Slots = _latest?.Slots,
            Version = _latest?.Version,
            Longest = _longest,
            LastAskedAt = _askedAt > now ? now : _askedAt,
            LastReportedAt = _reportedAt,
            IsSilent = !_isPresent && _silent == _running,
            Late = _late,
            Lost = _lost,
        };
    }

    private void Report(DateTimeOffset? at) => _reportedAt = _reportedAt is null || at > _reportedAt ? at : _reportedAt;

    private static string[] Shown(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal).Take(NamesShown)];
}
