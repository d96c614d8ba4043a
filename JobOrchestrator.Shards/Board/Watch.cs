using System.Threading.Channels;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>One follower of one job.</summary>
/// <param name="eventsMax">Events that wait for him at most; the oldest go first.</param>
/// <param name="leave">Ends it.</param>
internal sealed class Watch(int eventsMax, Action<IJobListener> leave) : IJobListener, IDisposable
{
    private readonly Channel<JobEvent> _channel = Channel.CreateBounded<JobEvent>(new BoundedChannelOptions(eventsMax)
    {
        FullMode = BoundedChannelFullMode.DropOldest,
        SingleReader = true,
    });

    /// <summary>What happens to the job. Completed: it may go on elsewhere, unheard of here.</summary>
    public ChannelReader<JobEvent> Events => _channel.Reader;

    public void Hear(JobEvent news) => _channel.Writer.TryWrite(news);

    public void End() => _channel.Writer.TryComplete();

    public void Dispose() => leave(this);
}
