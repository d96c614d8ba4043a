using System.Runtime.InteropServices;

namespace JobOrchestrator.Core;

/// <summary>
/// How many bytes of live jobs are in memory, in all and of each owner, by the reckoning of <see cref="Job.DocumentBytesMax"/>; and how
/// many live jobs have no document.
/// </summary>
/// <param name="inputMax">A stored waiting job's input that is longer is left in the store, and does not count even before it is.</param>
internal sealed class LiveBytes(int inputMax)
{
    private readonly Dictionary<string, long> _byOwner = [];

    /// <summary>Of all jobs.</summary>
    public long Total { get; private set; }

    /// <summary>Live jobs that are not stored.</summary>
    public int InMemory { get; private set; }

    /// <summary>
    /// Of the inputs in memory that could be left in the store for their number: not those that are long or have no document.
    /// </summary>
    public long WaitingInputs { get; private set; }

    /// <summary>Of an owner's jobs.</summary>
    public long Of(string owner) => _byOwner.GetValueOrDefault(owner);

    /// <summary>A job is there; a finished one counts nothing.</summary>
    public void Enter(Job job) => Count(job, 1);

    /// <summary>A job is there no more.</summary>
    public void Leave(Job job) => Count(job, -1);

    /// <summary>What a live job counts.</summary>
    public int Of(Job job) => job.DocumentBytesMax - (IsLeft(job) ? DocumentSize.Of(job.Input) : 0);

    /// <summary>What a new job counts.</summary>
    public int OfNew(NewJob job) => job.DocumentBytesMax - (job.Durable && IsLong(job.Input) ? DocumentSize.Of(job.Input) : 0);

    /// <summary>Whether a text is one that is left in the store where the job that has it waits.</summary>
    public bool IsLong(JsonText? input) => input?.Length > inputMax;

    // A short one that is left counts all the same: it comes back when its job is leased, and then nobody is asked.
    private bool IsLeft(Job job) =>
        IsLong(job.Input) && (job.Input is { LeftIn: not null } || job is { Durable: true, Status: JobStatus.New });

    private void Count(Job job, int sign)
    {
        if (job.IsFinished)
        {
            return;
        }

        InMemory += job.Durable ? 0 : sign;
        WaitingInputs += job is { Durable: true, Status: JobStatus.New, Input: { LeftIn: null } input } && !IsLong(input)
            ? sign * (long)input.Length
            : 0;
        long bytes = sign * (long)Of(job);
        Total += bytes;
        if (job.Owner is { } owner)
        {
            ref long ofOwner = ref CollectionsMarshal.GetValueRefOrAddDefault(_byOwner, owner, out _);
            ofOwner += bytes;
            if (ofOwner == 0)
            {
                // Callers name owners as they like, so one that has nothing may not stay for ever.
                _byOwner.Remove(owner);
            }
        }
    }
}
