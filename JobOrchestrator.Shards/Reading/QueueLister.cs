using System.Buffers.Text;
using System.Text;
using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>Lists queues by name, over all shards.</summary>
internal sealed class QueueLister(IShardMap shards)
{
    private const char CursorKind = 'q';

    // So that one request does not fill the mailboxes.
    private const int LooksAtOnce = 100;

    /// <summary>One page of all queues.</summary>
    public async Task<QueuePage> ListAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        string? after = Read(cursor);

        // One more than wanted tells whether there are more. Each shard could have them all.
        IReadOnlyList<QueueStatistics>[] found = await Together.AllAsync(
            Enumerable.Range(0, shards.Count).Select(shard => shards.Of(shard).QueuesAsync(after, limit + 1, cancellationToken)));
        return PageOf([.. found.SelectMany(queues => queues).OrderBy(queue => queue.Name, StringComparer.Ordinal).Take(limit + 1)], limit);
    }

    /// <summary>One page of some queues, of which those that nobody uses are left out.</summary>
    public static async Task<QueuePage> ListAsync(
        IEnumerable<string> names,
        Func<string, CancellationToken, Task<QueueStatistics>> askAsync,
        string? cursor,
        int limit,
        CancellationToken cancellationToken)
    {
        string? after = Read(cursor);
        var queues = new List<QueueStatistics>();
        IEnumerable<string> left = names
            .Where(name => StringComparer.Ordinal.Compare(name, after) > 0)
            .Order(StringComparer.Ordinal);
        foreach (string[] some in left.Chunk(LooksAtOnce))
        {
            QueueStatistics[] asked = await Together.AllAsync(some.Select(name => askAsync(name, cancellationToken)));
            queues.AddRange(asked.Where(queue => !queue.IsIdle));
            if (queues.Count > limit)
            {
                break;
            }
        }

        return PageOf(queues, limit);
    }

    private static QueuePage PageOf(List<QueueStatistics> queues, int limit) => queues.Count > limit
        ? new QueuePage(queues[..limit], Write(queues[limit - 1].Name))
        : new QueuePage(queues, null);

    private static string Write(string name) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(CursorKind + name));

    private static string? Read(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        string text = Base64Url.IsValid(cursor) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) : "";
        return text.StartsWith(CursorKind) ? text[1..] : throw new FormatException("The cursor is none of ours.");
    }
}
