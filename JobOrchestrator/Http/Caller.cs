using JobOrchestrator.Core;
using JobOrchestrator.Hosting;

namespace JobOrchestrator.Http;

/// <summary>Who calls, and what that caller may see and do.</summary>
internal sealed class Caller
{
    private const KeyPermissions Everything =
        KeyPermissions.Read | KeyPermissions.Submit | KeyPermissions.Work | KeyPermissions.Operate | KeyPermissions.ReadPayload;

    private readonly bool _admin;
    private readonly KeyPermissions _permissions;
    private readonly QueueNames _queues = QueueNames.None;
    private readonly QueueNames _submitQueues = QueueNames.None;

    private Caller() => _admin = true;

    private Caller(ApiKeyOptions rights, Credential by, DateTimeOffset? expires)
    {
        Rights = rights;
        Name = rights.Name;
        By = by;
        (Expires, TakenUntil) = (expires, expires);
        Account = rights.Name;
        Owner = rights.Owner;
        PriorityMax = rights.PriorityMax ?? int.MaxValue;
        _admin = rights.Admin;
        _permissions = rights.ReadPayload && rights.Permissions != KeyPermissions.None
            ? rights.Permissions | KeyPermissions.ReadPayload
            : rights.Permissions;
        _queues = QueueNames.Of(rights.Queues);
        _submitQueues = rights.SubmitQueues.Count > 0 ? QueueNames.Of(rights.SubmitQueues) : _queues;
    }

    /// <summary>May do everything: there are no keys, or what calls is part of the service.</summary>
    public static Caller Anyone { get; } = new();

    /// <summary>The key's name; null: there are no keys.</summary>
    public string? Name { get; }

    /// <summary>What its rights come from: a key, or what stands for one; null: nothing is asked for.</summary>
    public ApiKeyOptions? Rights { get; }

    /// <summary>What the caller came with.</summary>
    public Credential By { get; } = Credential.None;

    /// <summary>When that is no longer taken; null: it has no end.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>Until when it is taken all the same, as clocks differ: what stays open for this caller ends then.</summary>
    public DateTimeOffset? TakenUntil { get; private init; }

    /// <summary>
    /// Whose bounds its requests count for; null: there are no keys. Who has a token is told from a key of that name, and from another
    /// person of that name.
    /// </summary>
    public string? Account { get; private init; }

    /// <summary>Why the caller may do nothing but ask who it is; null: it may do something.</summary>
    public string? Lack { get; private init; }

    /// <summary>The owner whose jobs the caller sees and submits; null: none of its own, or all where it is not bound.</summary>
    public string? Owner { get; }

    /// <summary>The highest priority that the caller gives to a job.</summary>
    public int PriorityMax { get; } = int.MaxValue;

    /// <summary>The queues that the caller sees; null: all.</summary>
    public IReadOnlySet<string>? Queues => _admin ? null : _queues.Names;

    /// <summary>The queues that the caller may work; null: all.</summary>
    public IReadOnlySet<string>? WorkedQueues => Has(KeyPermissions.Work) ? Queues : QueueNames.None.Names;

    /// <summary>The queues that the caller submits into; null: all.</summary>
    public IReadOnlySet<string>? SubmitQueues =>
        _admin ? null : Has(KeyPermissions.Submit) ? _submitQueues.Names : QueueNames.None.Names;

    /// <summary>What the caller may do with what it sees. Looking belongs to all who may do anything.</summary>
    public KeyPermissions Permissions => _admin ? Everything
        : _permissions == KeyPermissions.None ? KeyPermissions.None : _permissions | KeyPermissions.Read;

    /// <summary>Some jobs are hidden from this caller.</summary>
    public bool IsBound => !_admin;

    /// <summary>Whose request it is, once that has been looked at; anyone's before.</summary>
    public static Caller Of(HttpContext http) => http.Features.Get<Caller>() ?? Anyone;

    /// <summary>Who comes with a key, or with what has its rights.</summary>
    /// <param name="rights">The key, or what a token says as a key would.</param>
    /// <param name="by">What it came with.</param>
    /// <param name="expires">When that is no longer taken; null: it has no end.</param>
    public static Caller Of(ApiKeyOptions rights, Credential by = Credential.Key, DateTimeOffset? expires = null) =>
        new(rights, by, expires);

    /// <summary>Who comes with a token of the authority.</summary>
    /// <param name="rights">What the token says as a key would.</param>
    /// <param name="expires">When it ends.</param>
    /// <param name="skew">So much longer it is taken.</param>
    /// <param name="subject">Whom it is about, by the authority's own name.</param>
    /// <param name="lack">Why it may do nothing; null: it may do something.</param>
    public static Caller Of(ApiKeyOptions rights, DateTimeOffset expires, TimeSpan skew, string? subject, string? lack) =>
        new(rights, Credential.Token, expires)
        {
            TakenUntil = DateTimeOffset.MaxValue - expires > skew ? expires + skew : expires,
            Account = $"token {subject ?? rights.Name}",
            Lack = lack,
        };

    /// <summary>Whether the caller sees what jobs carry, or only how long it is.</summary>
    public bool MayReadPayloads => Has(KeyPermissions.ReadPayload);

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

    /// <summary>Whether a job is of the caller's own owner.</summary>
    public bool IsOwnerOf(Job job) => IsOwnerOf(job.Owner);

    /// <summary>Whether the caller may change any job at all.</summary>
    public bool MayChangeJobs => Has(KeyPermissions.Operate) || Has(KeyPermissions.Submit);

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
