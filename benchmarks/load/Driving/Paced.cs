using System.Diagnostics;

namespace Load;

/// <summary>
/// Requests at fixed times, whether those before were answered or not, each on a connection that is free: an open loop. None waits for
/// another.
/// </summary>
internal static class Paced
{
    /// <summary>Sends one every so often, milliseconds from when each was sent, sorted.</summary>
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

            sent.Add(SendAsync());
        }

        double[] times = await Task.WhenAll(sent);
        Array.Sort(times);
        foreach (Connection connection in free)
        {
            connection.Dispose();
        }

        return times;

        async Task<double> SendAsync()
        {
            Connection? connection;
            lock (free)
            {
                free.TryPop(out connection);
            }

            connection ??= await Connection.OpenAsync(port);

            // A timer that woke late is the driver's fault, not the service's.
            long from = Stopwatch.GetTimestamp();
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
