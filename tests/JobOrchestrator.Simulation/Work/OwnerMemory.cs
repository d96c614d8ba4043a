using JobOrchestrator.Sdk;

namespace JobOrchestrator.Simulation;

/// <summary>The way of one process of an owner to its disk: each word takes its time.</summary>
/// <param name="lane">The process.</param>
/// <param name="disk">The disk.</param>
/// <param name="dice">How long a word takes.</param>
/// <param name="written">Hears what is remembered from now on.</param>
internal sealed class OwnerMemory(Lane lane, OwnerDisk disk, Dice dice, Action<Guid, long> written) : IJobEventMemory
{
    private static readonly TimeSpan Least = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(20);

    public async Task<RememberedEvents> LoadAsync(CancellationToken cancellationToken)
    {
        await PassAsync();
        return new RememberedEvents(
            disk.Cursor, [.. disk.Handled.Select(handled => new HandledEvent(handled.Job.ToString(), handled.Sequence))]);
    }

    public async Task AddHandledAsync(string jobId, long sequence, CancellationToken cancellationToken)
    {
        await PassAsync();
        var job = Guid.Parse(jobId);
        disk.Add(job, sequence);
        written(job, sequence);
        await PassAsync();
    }

    public async Task MoveCursorAsync(string cursor, CancellationToken cancellationToken)
    {
        await PassAsync();
        disk.Move(cursor);
        await PassAsync();
    }

    private Task PassAsync() => Task.Delay(dice.LogUniform(Least, Most), lane.Clock);
}
