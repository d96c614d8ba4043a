namespace JobOrchestrator.Waiting;

/// <summary>Nothing ends a loop but its being told to stop: whatever it throws, it begins again after a pause.</summary>
internal static class KeepGoing
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Runs a loop until it is told to stop; then returns. A loop that returns by itself has come to its end.</summary>
    /// <param name="loop">The loop; it can be begun again.</param>
    /// <param name="failed">Hears of each failure. What it throws is of no interest: a log that cannot be written ends nothing.</param>
    /// <param name="time">The clock of the pauses: a second, twice as long each time, half a minute at most.</param>
    /// <param name="stopping">Tells it to stop.</param>
    public static async Task RunAsync(
        Func<CancellationToken, Task> loop, Action<Exception> failed, TimeProvider time, CancellationToken stopping)
    {
        TimeSpan pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            long began = time.GetTimestamp();
            try
            {
                await loop(stopping);
                return;
            }
            catch (Exception exception)
            {
                if (stopping.IsCancellationRequested)
                {
                    return;
                }

                Tell(failed, exception);
            }

            pause = time.GetElapsedTime(began) > LongestPause ? FirstPause : pause;
            try
            {
                await Task.Delay(pause, time, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static void Tell(Action<Exception> failed, Exception exception)
    {
        try
        {
            failed(exception);
        }
        catch (Exception)
        {
            // The loop goes on all the same.
        }
    }
}
