using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>What has been worked so far, told attempt by attempt; ends the work when there was enough.</summary>
/// <param name="messages">Whom to tell.</param>
/// <param name="most">End after so many attempts; null: never.</param>
internal sealed class WorkTally(Messages messages, int? most)
{
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;
    private int _done;
    private int _failed;

    /// <summary>Attempts that ended well.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Attempts that did not.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <summary>Whether one more may begin.</summary>
    public bool MayBegin() => Interlocked.Increment(ref _begun) <= (most ?? int.MaxValue);

    /// <summary>An attempt has ended.</summary>
    /// <param name="job">The job.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="fault">What went wrong; null: nothing.</param>
    public void Ended(Job job, TimeSpan took, string? fault)
    {
        int ended = fault is null
            ? Interlocked.Increment(ref _done) + Failed
            : Interlocked.Increment(ref _failed) + Done;
        string word = fault is null ? "done" : "failed";
        messages.Say($"{word}  {job.Type}  {job.Id}  in {Durations.InWords(took)}{(fault is null ? "" : $"  {fault}")}");
        if (ended >= most)
        {
            _enough.TrySetResult();
        }
    }

    /// <summary>Waits until there was enough, or somebody stops it.</summary>
    public async Task OverAsync(CancellationToken stopping)
    {
        using CancellationTokenRegistration stop = stopping.Register(() => _enough.TrySetResult());
        await _enough.Task;
    }
}
