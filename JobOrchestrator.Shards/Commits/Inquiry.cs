using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>A question about a shard's queues that its loop answers between two commits.</summary>
/// <param name="look">What to look at; it costs the same however many jobs there are.</param>
internal sealed class Inquiry(Func<Shard, DateTimeOffset, IReadOnlyList<QueueStatistics>> look)
{
    private readonly TaskCompletionSource<IReadOnlyList<QueueStatistics>> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer.</summary>
    public Task<IReadOnlyList<QueueStatistics>> Task => _answer.Task;

    /// <summary>Answers with what is committed.</summary>
    public void Answer(Shard shard, DateTimeOffset now) => _answer.SetResult(look(shard, now));

    /// <summary>The shard is held here no more.</summary>
    public void Refuse(Exception exception) => _answer.SetException(exception);
}
