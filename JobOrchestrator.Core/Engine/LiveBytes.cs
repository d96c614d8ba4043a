using System.Runtime.InteropServices;

namespace JobOrchestrator.Core;

/// <summary>
/// How many bytes the live jobs' documents need, in all and of each owner, by the reckoning of <see cref="Job.DocumentBytesMax"/>; and how
/// many live jobs have no document.
/// </summary>
internal sealed class LiveBytes
{
    private readonly Dictionary<string, long> _byOwner = [];

    /// <summary>Of all jobs.</summary>
    public long Total { get; private set; }

    /// <summary>Live jobs that are not stored.</summary>
    public int InMemory { get; private set; }

    /// <summary>Of an owner's jobs.</summary>
    public long Of(string owner) => _byOwner.GetValueOrDefault(owner);

    /// <summary>A job is there; a finished one counts nothing.</summary>
    public void Enter(Job job) => Count(job, 1);

    /// <summary>A job is there no more.</summary>
    public void Leave(Job job) => Count(job, -1);

    private void Count(Job job, int sign)
    {
        if (job.IsFinished)
        {
            return;
        }

        InMemory += job.Durable ? 0 : sign;
        long bytes = sign * (long)job.DocumentBytesMax;
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
