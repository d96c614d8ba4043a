using System.Buffers.Binary;

namespace JobOrchestrator.Core;

/// <summary>How the pause grows from one failure to the next.</summary>
public enum BackoffKind
{
    /// <summary>Always <see cref="Backoff.Seconds"/>.</summary>
    Fixed = 1,

    /// <summary><see cref="Backoff.Seconds"/> times the number of failures.</summary>
    Linear = 2,

    /// <summary><see cref="Backoff.Seconds"/>, doubled with every further failure.</summary>
    Exponential = 3,
}

/// <summary>The pause before a job is tried again.</summary>
/// <param name="Kind">How the pause grows.</param>
/// <param name="Seconds">The first pause, 0 or more.</param>
/// <param name="MaxSeconds">No pause is longer than this before jitter.</param>
/// <param name="Jitter">
/// 0 to 1: the pause is moved by up to this share, up or down, so that jobs that failed together do not return together.
/// </param>
public sealed record Backoff(BackoffKind Kind, double Seconds, double MaxSeconds, double Jitter)
{
    // One more is infinity, and nought times infinity is no number: a pause of 0 s could not be doubled for ever.
    private const int DoublingsMax = 1023;

    /// <summary>1 s, 2 s, 4 s … up to 5 minutes, each moved by up to a tenth.</summary>
    public static Backoff Default { get; } = new(BackoffKind.Exponential, 1, 300, 0.1);

    /// <summary>No pause: the job keeps its place in the queue.</summary>
    public static Backoff None { get; } = new(BackoffKind.Fixed, 0, 0, 0);

    /// <summary>
    /// The pause after the given failure of a job. Jitter comes from a hash, so the same job pauses the same in every run.
    /// </summary>
    /// <param name="id">The job.</param>
    /// <param name="failures">How many attempts have failed, from 1.</param>
    /// <returns>Never less than zero; the longest time there is instead of an overflow.</returns>
    public TimeSpan After(JobId id, int failures)
    {
        double seconds = Kind switch
        {
            BackoffKind.Fixed => Seconds,
            BackoffKind.Linear => Seconds * failures,
            BackoffKind.Exponential => Seconds * Math.Pow(2, Math.Min(failures - 1, DoublingsMax)),
        };
        seconds = Math.Min(seconds, MaxSeconds) * (1 + Jitter * Spread(id, failures));
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(Math.Max(seconds, 0)) : TimeSpan.MaxValue;
    }

    /// <summary>Evenly spread over -1 to 1 by id and failure.</summary>
    private static double Spread(JobId id, int failures)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes);
        ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        hash += 0x9E3779B97F4A7C15UL * (ulong)failures;
        return (Mixing.Mix(hash) >> 11) * (2.0 / (1UL << 53)) - 1;
    }
}
