using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>
/// What needs a person, for the overview and the frame of every page: each source is asked once a page. One that does not answer says
/// nothing here; its own page says so.
/// </summary>
public sealed class Needs
{
    /// <summary>Jobs that are ready for longer while none of their queue runs are told, where it is not known who asks.</summary>
    private const double StuckSeconds = 60;

    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    private readonly View _view;
    private Task<Answer<IReadOnlyList<JobQueue>>>? _queues;
    private Task<Answer<JobErrors>>? _errors;
    private Task<Answer<JobWorkers>>? _workers;
    private Task<Answer<JobOwners>>? _owners;

    internal Needs(View view) => _view = view;

    /// <summary>The queues.</summary>
    public Task<Answer<IReadOnlyList<JobQueue>>> QueuesAsync() =>
        _queues ??= _view.TryAskAsync((jobs, left) => jobs.ListQueuesAsync(left));

    /// <summary>What jobs failed of in the last hour.</summary>
    public Task<Answer<JobErrors>> ErrorsAsync() =>
        _errors ??= _view.TryAskAsync((jobs, left) => new JobOperations(jobs).ErrorsAsync(Lately, cancellationToken: left));

    /// <summary>Who works.</summary>
    public Task<Answer<JobWorkers>> WorkersAsync() =>
        _workers ??= _view.TryAskAsync((jobs, left) => new JobOperations(jobs).WorkersAsync(cancellationToken: left));

    /// <summary>Whose jobs there are.</summary>
    public Task<Answer<JobOwners>> OwnersAsync() =>
        _owners ??= _view.TryAskAsync((jobs, left) => new JobOperations(jobs).OwnersAsync(cancellationToken: left));

    /// <summary>All of it.</summary>
    public async Task<NeedsFound> FindAsync()
    {
        Task<Answer<JobErrors>> errors = ErrorsAsync();
        Task<Answer<JobWorkers>> workers = WorkersAsync();
        Task<Answer<JobOwners>> owners = OwnersAsync();
        IReadOnlyList<JobQueue> queues = (await QueuesAsync()).Has(out IReadOnlyList<JobQueue> all) ? all : [];
        IReadOnlyList<JobUncovered>? uncovered = (await workers as Answer<JobWorkers>.Got)?.Value.Uncovered;
        IReadOnlyList<JobErrorGroup> failed = (await errors as Answer<JobErrors>.Got)?.Value.Errors ?? [];
        IReadOnlyList<JobOwner> whose = (await owners as Answer<JobOwners>.Got)?.Value.Owners ?? [];
        return new NeedsFound(
            [.. failed.GroupBy(group => group.Queue).OrderByDescending(queue => queue.Sum(group => group.Count))],
            uncovered ?? [],
            [.. queues.Where(queue => queue.Paused && queue.Depth > 0)],
            // Who sees all of no queue is not told who asks.
            uncovered is not null ? [] : [.. queues.Where(IsStuck).OrderByDescending(queue => queue.OldestAgeSeconds)],
            // Only of those whose reader has been seen is it known that there should be one.
            [
                .. from owner in whose
                   let reader = owner.LateReader()
                   where reader is not null
                   select new LateFeed(owner, reader),
            ]);
    }

    private static bool IsStuck(JobQueue queue) => queue is { Paused: false, Ready: > 0, Leased: 0, OldestAgeSeconds: > StuckSeconds };
}

/// <summary>What needs a person.</summary>
/// <param name="Failed">Jobs that failed for good lately, by queue.</param>
/// <param name="Uncovered">Jobs that wait and nobody asks for.</param>
/// <param name="Paused">Queues that are paused while jobs wait.</param>
/// <param name="Stuck">Queues where jobs are ready and none runs.</param>
/// <param name="Late">Owners that read their events late.</param>
public sealed record NeedsFound(
    IReadOnlyList<IGrouping<string, JobErrorGroup>> Failed,
    IReadOnlyList<JobUncovered> Uncovered,
    IReadOnlyList<JobQueue> Paused,
    IReadOnlyList<JobQueue> Stuck,
    IReadOnlyList<LateFeed> Late)
{
    /// <summary>How many things.</summary>
    public int Count => Failed.Count + Uncovered.Count + Paused.Count + Stuck.Count + Late.Count;
}

/// <summary>An owner that reads its events late.</summary>
/// <param name="Owner">The owner.</param>
/// <param name="Reader">Its reader.</param>
public sealed record LateFeed(JobOwner Owner, JobFeedReader Reader);
