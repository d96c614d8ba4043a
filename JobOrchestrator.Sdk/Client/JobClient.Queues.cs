using System.Globalization;
using System.Text.Json.Serialization.Metadata;

namespace JobOrchestrator.Sdk;

/// <content>Queues, and their finished jobs all together.</content>
public sealed partial class JobClient
{
    /// <summary>One queue in numbers. A queue that nobody uses is empty, not missing.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    public Task<JobQueue> GetQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        CallAsync(HttpMethod.Get, QueuePath(queue), WireJson.Wire.JobQueue, cancellationToken);

    /// <summary>Every queue that holds a live job, is paused, or had jobs in the last day or two, by name.</summary>
    /// <param name="cancellationToken">Stops the tries.</param>
    public async Task<IReadOnlyList<JobQueue>> ListQueuesAsync(CancellationToken cancellationToken = default)
    {
        var queues = new List<JobQueue>();
        for (string? path = "queues?limit=1000"; path is not null;)
        {
            string page = path;
            using HttpResponseMessage response =
                await _api.SendAsync(() => JobApi.Request(HttpMethod.Get, page), TimeSpan.Zero, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw await JobApi.RefusalAsync(response, cancellationToken);
            }

            queues.AddRange(await JobApi.ReadAsync(response, WireJson.Wire.ListJobQueue, cancellationToken));
            path = LinkHeader.Next(response, "queues", page);
        }

        return queues;
    }

    /// <summary>Hands out nothing more from a queue; what runs goes on, and jobs are still accepted.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <returns>The queue in numbers.</returns>
    public Task<JobQueue> PauseQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        CallAsync(HttpMethod.Post, QueuePath(queue) + "/pause", WireJson.Wire.JobQueue, cancellationToken);

    /// <summary>The same, and says why to whoever finds the queue paused.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="reason">Why; at most 500 characters.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <returns>The queue in numbers.</returns>
    public Task<JobQueue> PauseQueueAsync(string queue, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        string path = QueuePath(queue) + "/pause";
        return CallAsync(
            () => JobApi.Request(HttpMethod.Post, path, new PauseRequest(reason), WireJson.Wire.PauseRequest),
            WireJson.Wire.JobQueue,
            cancellationToken);
    }

    /// <summary>Hands out jobs of a paused queue again.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <returns>The queue in numbers.</returns>
    public Task<JobQueue> ResumeQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        CallAsync(HttpMethod.Post, QueuePath(queue) + "/resume", WireJson.Wire.JobQueue, cancellationToken);

    /// <summary>
    /// Chooses which events of a queue's jobs are published, of those that happen from now on. Owners who hear by the broker hear of these
    /// alone; the feed has every kind.
    /// </summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="published">The kinds to publish; all of them is how a queue begins, none publishes nothing.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <returns>The queue in numbers.</returns>
    public Task<JobQueue> ChooseQueueEventsAsync(
        string queue, IReadOnlyCollection<JobEventKind> published, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(published);
        string path = QueuePath(queue);
        return CallAsync(
            () => JobApi.Request(HttpMethod.Patch, path, new QueueChange([.. published.Distinct()]), WireJson.Wire.QueueChange),
            WireJson.Wire.JobQueue,
            cancellationToken);
    }

    /// <summary>
    /// Runs a queue's finished jobs again, its dead letters unless the filter names another status. Each once, however often it is
    /// asked; those whose key another job has by now are skipped.
    /// </summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="filter">Which; all dead letters when null.</param>
    /// <param name="cancellationToken">Stops the replay; the jobs that run again already go on.</param>
    /// <remarks>After a lost answer, jobs that ran again in that request are not counted.</remarks>
    public async Task<JobReplay> RetryQueueAsync(
        string queue, FinishedJobFilter? filter = null, CancellationToken cancellationToken = default)
    {
        int retried = 0, skipped = 0;
        await foreach (RetryCount count in InTurnsAsync(queue, "retry", filter, WireJson.Wire.RetryCount, cancellationToken))
        {
            retried += count.Retried;
            // What is skipped is met again in each turn.
            skipped = Math.Max(skipped, count.Skipped);
        }

        return new JobReplay(retried, skipped);
    }

    /// <summary>Forgets a queue's finished jobs before their time, its dead letters unless the filter names another status.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="filter">Which; all dead letters when null.</param>
    /// <param name="cancellationToken">Stops the purge; what was forgotten stays so.</param>
    /// <returns>How many jobs were forgotten. After a lost answer, those of that request are not counted.</returns>
    public async Task<int> PurgeQueueAsync(string queue, FinishedJobFilter? filter = null, CancellationToken cancellationToken = default)
    {
        int purged = 0;
        await foreach (PurgeCount count in InTurnsAsync(queue, "purge", filter, WireJson.Wire.PurgeCount, cancellationToken))
        {
            purged += count.Purged;
        }

        return purged;
    }

    /// <summary>One request changes so many jobs at most: asks again until no more are left or the filter's limit is reached.</summary>
    private async IAsyncEnumerable<TCount> InTurnsAsync<TCount>(
        string queue,
        string action,
        FinishedJobFilter? filter,
        JsonTypeInfo<TCount> type,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        where TCount : ITurn
    {
        filter ??= new FinishedJobFilter();
        ArgumentOutOfRangeException.ThrowIfNegative(filter.Limit ?? 0, nameof(filter));
        string? cursor = null;
        for (int left = filter.Limit ?? int.MaxValue; left > 0;)
        {
            string path = $"{QueuePath(queue)}/{action}{FinishedQuery(filter, left, cursor)}";
            TCount count = await CallAsync(HttpMethod.Post, path, type, cancellationToken);
            yield return count;
            // A turn without an effect, at the place of the last one, would be followed by another one for ever.
            left = count.More && (count.Done > 0 || count.Cursor != cursor) ? left - count.Done : 0;
            cursor = count.Cursor;
        }
    }

    private Task<T> CallAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        CallAsync(() => JobApi.Request(method, path), type, cancellationToken);

    private async Task<T> CallAsync<T>(Func<HttpRequestMessage> make, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _api.SendAsync(make, TimeSpan.Zero, cancellationToken);
        return response.IsSuccessStatusCode
            ? await JobApi.ReadAsync(response, type, cancellationToken)
            : throw await JobApi.RefusalAsync(response, cancellationToken);
    }

    private string QueuePath(string queue)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        return $"queues/{_api.Segment(queue)}";
    }

    private static string FinishedQuery(FinishedJobFilter filter, int limit, string? cursor) => QueryOf(
        ("status", filter.Status.ToString()),
        ("owner", filter.Owner),
        ("type", filter.Type),
        ("createdAfter", InstantOf(filter.CreatedAfter)),
        ("createdBefore", InstantOf(filter.CreatedBefore)),
        ("limit", limit == int.MaxValue ? null : limit.ToString(CultureInfo.InvariantCulture)),
        ("cursor", cursor));
}
