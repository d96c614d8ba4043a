using JobOrchestrator.Core;
using JobOrchestrator.Hosting;

namespace JobOrchestrator.Http;

/// <summary>Who calls, and what that caller may see and do.</summary>
internal sealed class Caller
{
    private readonly bool _admin;
    private readonly KeyPermissions _permissions;
    private readonly QueueNames _queues = QueueNames.None;
    private readonly QueueNames _submitQueues = QueueNames.None;

    private Caller() => _admin = true;

    private Caller(ApiKeyOptions key)
    {
        Name = key.Name;
        Owner = key.Owner;
        PriorityMax = key.PriorityMax ?? int.MaxValue;
        _admin = key.Admin;
        _permissions = key.Permissions;
        _queues = QueueNames.Of(key.Queues);
        _submitQueues = key.SubmitQueues.Count > 0 ? QueueNames.Of(key.SubmitQueues) : _queues;
    }

    /// <summary>May do everything: there are no keys, or what calls is part of the service.</summary>
    public static Caller Anyone { get; } = new();

    /// <summary>The key's name; null: there are no keys.</summary>
    public string? Name { get; }

    /// <summary>The owner whose jobs the caller sees and submits; null: none of its own, or all where it is not bound.</summary>
    public string? Owner { get; }

    /// <summary>The highest priority that the caller gives to a job.</summary>
    public int PriorityMax { get; } = int.MaxValue;

    /// <summary>The queues that the caller sees; null: all.</summary>
    public IReadOnlySet<string>? Queues => _admin ? null : _queues.Names;

    /// <summary>The queues that the caller may work; null: all.</summary>
    public IReadOnlySet<string>? WorkedQueues => Has(KeyPermissions.Work) ? Queues : QueueNames.None.Names;

    /// <summary>Some jobs are hidden from this caller.</summary>
    public bool IsBound => !_admin;

    public static Caller Of(ApiKeyOptions key) => new(key);

    /// <summary>A job of its owner, or one of its queues.</summary>
    public bool MaySee(Job job) => MaySeeQueue(job.Queue) || IsOwnerOf(job.Owner);

    /// <summary>Whether the caller sees all of a queue, whosever its jobs are.</summary>
    public bool MaySeeQueue(string queue) => _admin || _queues.Has(queue);

    /// <summary>Whether the caller may put a job of its own into a queue.</summary>
    public bool MaySubmit(string queue) => _admin || (Has(KeyPermissions.Submit) && _submitQueues.Has(queue));

    /// <summary>Whether the caller may take jobs from a queue and report on them.</summary>
    public bool MayWork(string queue) => _admin || (Has(KeyPermissions.Work) && _queues.Has(queue));

    /// <summary>Whether the caller may control a queue and every job in it.</summary>
    public bool MayOperate(string queue) => _admin || (Has(KeyPermissions.Operate) && _queues.Has(queue));

    /// <summary>Whether the caller may control every queue there is.</summary>
    public bool MayOperateAll => _admin || (Has(KeyPermissions.Operate) && _queues.Names is null);

    /// <summary>Whether the caller may cancel, move, retry and purge a job: it is its own, or in a queue that it operates.</summary>
    public bool MayControl(Job job) => MayOperate(job.Queue) || (Has(KeyPermissions.Submit) && IsOwnerOf(job.Owner));

    /// <summary>
    /// Whether a job that this caller works may be followed by others in a queue. They belong to the job's owner, so who is not that owner
    /// reaches no further than it works itself.
    /// </summary>
    public bool MayFollow(Job job, string queue) => MayWork(queue) || (IsOwnerOf(job.Owner) && MaySubmit(queue));

    private bool Has(KeyPermissions permission) => _admin || _permissions.HasFlag(permission);

    private bool IsOwnerOf(string? owner) => Owner is not null && Owner == owner;

    /// <summary>Some queues, or all.</summary>
    private sealed class QueueNames(HashSet<string>? names)
    {
        public IReadOnlySet<string>? Names => names;

        public static QueueNames None { get; } = new([]);

        public static QueueNames Of(IEnumerable<string> names) =>
            names.Contains(ApiKeyOptions.AnyQueue) ? new QueueNames(null) : new QueueNames([.. names]);

        public bool Has(string queue) => names is null || names.Contains(queue);
    }
}
