using System.Threading.Channels;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>One follower of one job.</summary>
/// <param name="eventsMax">Events that wait for him at most; the oldest go first.</param>
/// <param name="leave">Ends it.</param>
/// <param name="eventsOnly">He wants what is told of the job: what only the job itself has is left out.</param>
internal sealed class Watch(int eventsMax, Action<IJobListener> leave, bool eventsOnly = false) : IJobListener, IDisposable
{
    private readonly Channel<JobEvent> _channel = Channel.CreateBounded<JobEvent>(new BoundedChannelOptions(eventsMax)
    {
        FullMode = BoundedChannelFullMode.DropOldest,
        SingleReader = true,
    });

    /// <summary>What happens to the job. Completed: it may go on elsewhere, unheard of here.</summary>
    public ChannelReader<JobEvent> Events => _channel.Reader;

    public void Hear(JobEvent news) =>
        _channel.Writer.TryWrite(eventsOnly && !news.Job.IsFinished ? news with { Job = Told(news.Job) } : news);

    public void End() => _channel.Writer.TryComplete();

    public void Dispose() => leave(this);

    /// <summary>Of a job that has a new state with each report, a follower who reads slowly would hold a thousand.</summary>
    private static Job Told(Job job) =>
        job with { State = null, Error = job.Error is { Detail: not null } error ? error with { Detail = null } : job.Error };
}
