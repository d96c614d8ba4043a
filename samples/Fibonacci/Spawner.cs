using JobOrchestrator.Sdk;

namespace Fibonacci;

/// <summary>Starts the fifty jobs.</summary>
internal static class Spawner
{
    private const int JobCount = 50;

    /// <summary>Awaits: one request, all or none of the jobs.</summary>
    public static async Task SpawnAsync(JobClient jobs, CancellationToken cancellationToken)
    {
        // snippet:fibonacci-spawn
        IReadOnlyList<Job> started = await jobs.EnqueueManyAsync(
            Steps().Select(step => new JobSubmission(step)), cancellationToken: cancellationToken);
        // end-snippet
        Console.WriteLine($"{started.Count} jobs wait in queue {started[0].Queue}, {started[0].Id} to {started[^1].Id}.");
    }

    /// <summary>Blocks: one request for each job, and then until the last one's result is there.</summary>
    public static void SpawnBlocking(JobClient jobs)
    {
        // snippet:fibonacci-spawn-blocking
        Job[] started = [.. Steps().Select(step => jobs.Enqueue(step))];
        long last = jobs.WaitForResult<long>(started[^1].Id);
        // end-snippet
        Console.WriteLine($"{started.Length} jobs were started; the last one's result is {last}.");
    }

    /// <summary>1 = 0 + 1, 2 = 1 + 1, 3 = 1 + 2, 5 = 2 + 3 …, with linear and exponential backoff in turn.</summary>
    private static IEnumerable<IStep> Steps()
    {
        (long x, long y) = (0L, 1L);
        for (int number = 1; number <= JobCount; number++)
        {
            yield return number % 2 == 1 ? new LinearStep(number, x, y) : new ExponentialStep(number, x, y);
            (x, y) = (y, x + y);
        }
    }
}
