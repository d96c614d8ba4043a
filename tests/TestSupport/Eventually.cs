using System.Diagnostics;

namespace TestSupport;

/// <summary>Waits for a condition with a deadline, for what offers no event to wait for.</summary>
/// <remarks>
/// Prefer awaiting the thing itself. The condition is looked at again every 10 ms, at once the first time;
/// a condition that throws counts as not yet fulfilled, and its last exception is part of the failure.
/// </remarks>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>How long to wait when the caller does not say: 30 s, for a crowded machine.</summary>
    public static TimeSpan DefaultDeadline { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the condition holds.</summary>
    /// <param name="condition">What has to become true.</param>
    /// <param name="what">Words for the failure message: what was waited for.</param>
    /// <param name="within">How long to wait; <see cref="DefaultDeadline"/> when null.</param>
    /// <exception cref="TimeoutException">The condition did not hold in time.</exception>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        ValueAsync(() => Task.FromResult(condition()), holds => holds, what, within);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?)"/>
    public static Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null) =>
        ValueAsync(condition, holds => holds, what, within);

    /// <summary>Reads a value until it is the one wanted, and returns it.</summary>
    /// <param name="read">Reads the value.</param>
    /// <param name="accept">Whether this is the value wanted.</param>
    /// <param name="what">Words for the failure message: what was waited for.</param>
    /// <param name="within">How long to wait; <see cref="DefaultDeadline"/> when null.</param>
    /// <exception cref="TimeoutException">No such value in time; the message tells the last one read.</exception>
    public static async Task<T> ValueAsync<T>(Func<Task<T>> read, Func<T, bool> accept, string what, TimeSpan? within = null)
    {
        TimeSpan deadline = within ?? DefaultDeadline;
        long started = Stopwatch.GetTimestamp();
        string last = "nothing was read";
        Exception? failure;
        do
        {
            try
            {
                // A read that hangs must not outlive the deadline.
                TimeSpan left = deadline - Stopwatch.GetElapsedTime(started);
                T? value = await read().WaitAsync(left > Pause ? left : Pause);
                if (accept(value))
                {
                    return value;
                }

                (last, failure) = ($"last value: {value}", null);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                (last, failure) = ($"last failure: {exception.Message}", exception);
            }

            await Task.Delay(Pause);
        }
        while (Stopwatch.GetElapsedTime(started) < deadline);

        throw new TimeoutException($"Not within {deadline.TotalSeconds} s: {what} ({last}).", failure);
    }

    /// <inheritdoc cref="ValueAsync{T}(Func{Task{T}}, Func{T, bool}, string, TimeSpan?)"/>
    public static Task<T> ValueAsync<T>(Func<T> read, Func<T, bool> accept, string what, TimeSpan? within = null) =>
        ValueAsync(() => Task.FromResult(read()), accept, what, within);
}
