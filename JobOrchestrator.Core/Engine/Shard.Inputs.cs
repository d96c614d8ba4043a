namespace JobOrchestrator.Core;

/// <summary>
/// Long inputs, and all but the shortest while very many wait: as long as the stored job waits, the bytes are in its document alone.
/// Whoever stores reads them back for what he is about to write, between the commands and <see cref="PeekChanges"/>; the rules themselves
/// need no input.
/// </summary>
public sealed partial class Shard
{
    // Running jobs are written with every report: their inputs stay here while live jobs take less than this part of what they may.
    private const int PartForRunning = 2;

    // What stays in memory in place of a shorter one is hardly less, in bytes.
    private const int WorthLeaving = 32;

    /// <summary>
    /// The touched jobs whose inputs were left in the store: nothing of them can be stored before each input is brought by
    /// <see cref="Restore"/>.
    /// </summary>
    public IReadOnlyList<Job> WithoutInput =>
        [.. _pending.Touched.Select(touched => _jobs[touched.Id]).Where(job => job.Input is { LeftIn: not null })];

    /// <summary>
    /// Brings inputs that were left in the store back to the touched jobs that have them, and to what is told of these, until the next
    /// <see cref="TakeChanges"/> or <see cref="Rollback"/>.
    /// </summary>
    /// <param name="inputs">The texts, by the job in whose document each is; none has another length than the one that was left.</param>
    public void Restore(IReadOnlyDictionary<JobId, JsonText> inputs)
    {
        foreach (Job job in WithoutInput)
        {
            if (job.WithInputOf(inputs) is var whole && !ReferenceEquals(whole, job))
            {
                Exchange(job, whole);
            }
        }

        _pending.AmendTold(job => job.WithInputOf(inputs));
    }

    private Changes LeaveInputs(Changes changes)
    {
        // The last ones first: as a rule they are wanted last.
        List<Job>? kept = null;
        for (int i = changes.Jobs.Count - 1; i >= 0; i--)
        {
            Job job = changes.Jobs[i];
            if (!job.IsFinished && Kept(job) is var left && !ReferenceEquals(left, job))
            {
                Exchange(job, left);
                kept ??= [.. changes.Jobs];
                kept[i] = left;
            }
        }

        return kept is null ? changes : changes with { Jobs = kept };
    }

    /// <summary>A live job that is stored, as memory keeps it.</summary>
    private Job Kept(Job job) => job is { Durable: true, Input: { LeftIn: null } input } && IsToBeLeft(job, input)
        ? job with { Spec = job.Spec with { Input = input.Left(job.Id) } }
        : job;

    private bool IsToBeLeft(Job job, JsonText input) => job.Status == JobStatus.New
        ? _live.IsLong(input) || (input.Length > WorthLeaving && _live.WaitingInputs > _settings.WaitingInputBytesMax)
        : _live.IsLong(input) && !HasRoomFor(job);

    /// <summary>Whether there is room for the input of a running job, whether it counts already or not.</summary>
    private bool HasRoomFor(Job job)
    {
        int more = _jobs.Has(job.Id) ? 0 : _live.Of(job);
        return _live.Total + more <= _settings.BytesMax / PartForRunning
            && (job.Owner is not { } owner || _live.Of(owner) + more <= _settings.OwnerBytesMax / PartForRunning);
    }
}
