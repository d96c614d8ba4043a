using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>
/// What needs a person, for the overview and the frame of every page: each source is asked once a page. One that does not answer is
/// named, unless it is not for whoever looks.
/// </summary>
public sealed class Needs
{
    /// <summary>Jobs that are ready for longer while none of their queue runs are told, where it is not known who asks.</summary>
    private const double StuckSeconds = 60;

    /// <summary>Queues whose failed jobs are counted, those with the most; of the others it is told how many failed.</summary>
    private const int CountedMax = 8;

    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    private readonly View _view;
    private Task<Answer<IReadOnlyList<JobQueue>>>? _queues;
    private Task<Answer<JobErrors>>? _errors;
    private Task<Answer<JobWorkers>>? _workers;
    private Task<Answer<JobOwners>>? _owners;
    private Task<NeedsFound>? _found;

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
    public Task<NeedsFound> FindAsync() => _found ??= FindOnceAsync();

    private async Task<NeedsFound> FindOnceAsync()
    {
        Task<Answer<JobErrors>> errors = ErrorsAsync();
        Task<Answer<JobWorkers>> workers = WorkersAsync();
        Task<Answer<JobOwners>> owners = OwnersAsync();
        IReadOnlyList<JobQueue> queues = (await QueuesAsync()).Has(out IReadOnlyList<JobQueue> all) ? all : [];
        JobErrors? failed = (await errors as Answer<JobErrors>.Got)?.Value;
        JobWorkers? known = (await workers as Answer<JobWorkers>.Got)?.Value;
        JobOwners? whose = (await owners as Answer<JobOwners>.Got)?.Value;
        return new NeedsFound(
            await FailedAsync(failed?.Errors ?? []),
            known?.Uncovered ?? [],
            [.. queues.Where(queue => queue.Paused && queue.Depth > 0)],
            // Who sees all of no queue is not told who asks.
            known is not null ? [] : [.. queues.Where(IsStuck).OrderByDescending(queue => queue.OldestAgeSeconds)],
            // Only of those whose reader has been seen is it known that there should be one.
            [
                .. from owner in whose?.Owners ?? []
                   let reader = owner.LateReader()
                   where reader is not null
                   select new LateFeed(owner, reader),
            ])
        {
            Unknown =
            [
                .. Unknown("failures", await errors, failed?.Missing),
                .. Unknown("workers", await workers, known?.Missing),
                .. Unknown("owners", await owners, whose?.Missing),
            ],
        };
    }

    /// <summary>Failed jobs that somebody has run again or purged need nobody any more.</summary>
    private async Task<IReadOnlyList<FailedIn>> FailedAsync(IReadOnlyList<JobErrorGroup> groups)
    {
        FailedIn[] queues =
        [
            .. groups.GroupBy(group => group.Queue)
                .Select(queue => new FailedIn(queue.Key, [.. queue]))
                .OrderByDescending(queue => queue.Left),
        ];
        FailedIn[] counted = await Task.WhenAll(queues.Take(CountedMax).Select(CountAsync));
        return [.. counted.Where(queue => queue.Left > 0), .. queues.Skip(CountedMax)];
    }

    private async Task<FailedIn> CountAsync(FailedIn queue)
    {
        Answer<JobCount> answer = await _view.TryAskAsync((jobs, left) => new JobOperations(jobs).CountAsync(queue.Query, left));
        return answer.Has(out JobCount count) && (count.Exact || count.Count > 0)
            ? queue with { Left = count.Count, OrMore = !count.Exact }
            : queue;
    }

    private static IEnumerable<string> Unknown<T>(string what, Answer<T> answer, IReadOnlyList<int>? missing) =>
        answer is Answer<T>.Not { Trouble: not Trouble.NotAllowed } ? [what]
        : missing is { Count: > 0 } ? [$"{what} of some shards"]
        : [];

    private static bool IsStuck(JobQueue queue) => queue is { Paused: false, Ready: > 0, Leased: 0, OldestAgeSeconds: > StuckSeconds };
}

/// <summary>What needs a person.</summary>
/// <param name="Failed">Where jobs failed for good lately that nobody has run again or purged; the most first.</param>
/// <param name="Uncovered">Jobs that wait and nobody asks for.</param>
/// <param name="Paused">Queues that are paused while jobs wait.</param>
/// <param name="Stuck">Queues where jobs are ready and none runs.</param>
/// <param name="Late">Owners that read their events late.</param>
public sealed record NeedsFound(
    IReadOnlyList<FailedIn> Failed,
    IReadOnlyList<JobUncovered> Uncovered,
    IReadOnlyList<JobQueue> Paused,
    IReadOnlyList<JobQueue> Stuck,
    IReadOnlyList<LateFeed> Late)
{
    /// <summary>Nothing.</summary>
    public static NeedsFound Nothing { get; } = new([], [], [], [], []);

    /// <summary>How many things.</summary>
    public int Count => Failed.Count + Uncovered.Count + Paused.Count + Stuck.Count + Late.Count;

    /// <summary>What could not be asked, in words: it may need a person as well.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>What the page that tells of it is called.</summary>
    public string Title => Count == 0 ? "Overview" : $"({Count}) Overview";
}

/// <summary>Jobs of a queue that failed for good lately.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Groups">What they failed of, also those that were run again or purged since.</param>
public sealed record FailedIn(string Queue, IReadOnlyList<JobErrorGroup> Groups)
{
    /// <summary>How many failed.</summary>
    public long All => Groups.Sum(group => group.Count);

    /// <summary>How many nobody has run again or purged; how many failed, where that could not be counted.</summary>
    public long Left { get; init; } = Groups.Sum(group => group.Count);

    /// <summary>There may be more.</summary>
    public bool OrMore { get; init; }

    /// <summary>The query that finds those left.</summary>
    public string Query => Terms.InQueue(Queue, $"{Terms.NotRunAgain} finished:>1h");
}

/// <summary>An owner that reads its events late.</summary>
/// <param name="Owner">The owner.</param>
/// <param name="Reader">Its reader.</param>
public sealed record LateFeed(JobOwner Owner, JobFeedReader Reader);
