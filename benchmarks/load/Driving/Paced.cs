using System.Diagnostics;

namespace Load;

/// <summary>
/// Requests at fixed times, whether those before were answered or not: an open loop. What waits behind a slow one counts its waiting.
/// </summary>
internal static class Paced
{
    /// <summary>Sends one every so often, each on a connection that is free; milliseconds from when it was due, sorted.</summary>
    public static async Task<double[]> RunAsync(int port, byte[] request, TimeSpan every, TimeSpan time)
    {
        var free = new Stack<Connection>();
        var sent = new List<Task<double>>();
        long started = Stopwatch.GetTimestamp();
        for (TimeSpan due = TimeSpan.Zero; due < time; due += every)
        {
            TimeSpan early = due - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
            }

            sent.Add(SendAsync(started + (long)(due.TotalSeconds * Stopwatch.Frequency)));
        }

        double[] times = await Task.WhenAll(sent);
        Array.Sort(times);
        foreach (Connection connection in free)
        {
            connection.Dispose();
        }

        return times;

        async Task<double> SendAsync(long due)
        {
            Connection? connection;
            lock (free)
            {
                free.TryPop(out connection);
            }

            connection ??= await Connection.OpenAsync(port);

            // A timer that woke late is the driver's fault, not the service's.
            long from = Math.Max(due, Stopwatch.GetTimestamp());
            await connection.DemandAsync(request);
            double milliseconds = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
            lock (free)
            {
                free.Push(connection);
            }

            return milliseconds;
        }
    }
}
