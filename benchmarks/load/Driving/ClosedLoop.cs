using System.Diagnostics;

namespace Load;

/// <summary>What one turn of a caller did.</summary>
/// <param name="Jobs">Jobs that it brought to where the scenario wants them.</param>
/// <param name="Requests">Requests that it took.</param>
internal readonly record struct Turn(int Jobs, int Requests);

/// <summary>What callers did together.</summary>
/// <param name="Jobs">Jobs.</param>
/// <param name="Requests">Requests.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Milliseconds">How long each turn took, sorted.</param>
internal sealed record Driven(long Jobs, long Requests, double Seconds, double[] Milliseconds)
{
    public double JobsPerSecond => Jobs / Seconds;

    public double RequestsPerSecond => Requests / Seconds;

    public double Percentile(double share) => Summary.Percentile(Milliseconds, share);
}

/// <summary>Callers with a connection each, who begin their next turn when the last one is answered: a closed loop.</summary>
/// <param name="port">Whom they call.</param>
/// <param name="callers">How many.</param>
/// <param name="turn">What each does, with a connection of its own.</param>
internal sealed class ClosedLoop(int port, int callers, Func<Caller, ValueTask<Turn>> turn) : IDisposable
{
    private static readonly TimeSpan LongMax = TimeSpan.FromHours(1);

    private Caller[] _callers = [];
    private long _left;

    public Task<Driven> RunAsync(TimeSpan time) => RunAsync(time, long.MaxValue);

    /// <summary>Until there are so many jobs, or a few more.</summary>
    public Task<Driven> RunUntilAsync(long jobs) => RunAsync(LongMax, jobs);

    private async Task<Driven> RunAsync(TimeSpan time, long jobs)
    {
        if (_callers.Length == 0)
        {
            _callers = await Task.WhenAll(Enumerable.Range(0, callers).Select(async number =>
                new Caller(number, await Connection.OpenAsync(port))));
        }

        _left = jobs;
        long started = Stopwatch.GetTimestamp();
        long end = started + (long)(time.TotalSeconds * Stopwatch.Frequency);
        Driven[] each = await Task.WhenAll(_callers.Select(caller => Task.Run(() => CallAsync(caller, end))));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double[] all = [.. each.SelectMany(one => one.Milliseconds)];
        Array.Sort(all);
        return new Driven(each.Sum(one => one.Jobs), each.Sum(one => one.Requests), seconds, all);
    }

    public void Dispose() => Array.ForEach(_callers, static caller => caller.Connection.Dispose());

    private async Task<Driven> CallAsync(Caller caller, long end)
    {
        var times = new List<double>();
        long jobs = 0;
        long requests = 0;
        long now = Stopwatch.GetTimestamp();
        while (now < end && Interlocked.Read(ref _left) > 0)
        {
            Turn done = await turn(caller);
            long after = Stopwatch.GetTimestamp();
            times.Add(Stopwatch.GetElapsedTime(now, after).TotalMilliseconds);
            jobs += done.Jobs;
            Interlocked.Add(ref _left, -done.Jobs);
            requests += done.Requests;
            now = after;
        }

        return new Driven(jobs, requests, 0, [.. times]);
    }
}

/// <summary>One of those who call at the same time.</summary>
/// <param name="number">Which, from 0 on.</param>
/// <param name="connection">Its connection.</param>
internal sealed class Caller(int number, Connection connection)
{
    /// <summary>Where it writes requests that are not always the same.</summary>
    private byte[] _buffer = [];

    public int Number => number;

    public Connection Connection => connection;

    /// <summary>Posts what is another body each time, and demands success.</summary>
    public ValueTask<ReadOnlyMemory<byte>> PostAsync(string path, ReadOnlySpan<byte> json) =>
        connection.DemandAsync(Request.Post(ref _buffer, path, json));
}
