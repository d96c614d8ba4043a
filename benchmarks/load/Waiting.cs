using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Load;

/// <summary>Jobs that wait: how fast they come in, and what they cost in memory.</summary>
internal static class Waiting
{
    private const int BatchJobs = 100;
    private const int Callers = 8;

    private const string Job = """{"type":"load","queue":"waiting","input":{"number":12345678}}""";

    private static readonly byte[] Batch = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(Job, BatchJobs))}]");

    public static async Task<IReadOnlyList<Figure>> RunAsync(Suite suite, int jobs)
    {
        const string Scenario = "million";
        long before = Resident(suite.Orchestrator);
        long sidecarBefore = Resident(suite.Sidecar);
        int left = jobs / BatchJobs;
        long started = Stopwatch.GetTimestamp();
        TimeSpan cpu = suite.Cpu();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            using HttpClient client = suite.Client();
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var content = new ByteArrayContent(Batch) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                using HttpResponseMessage answer = await client.PostAsync("/jobs/batch", content);
                answer.EnsureSuccessStatusCode();
            }
        })));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        TimeSpan used = suite.Cpu() - cpu;
        return
        [
            new Figure(Scenario, "jobs/s", jobs / seconds),
            new Figure(Scenario, "CPU µs a job", used.TotalMicroseconds / jobs),
            new Figure(Scenario, "orchestrator bytes a job", (Resident(suite.Orchestrator) - before) / (double)jobs),
            new Figure(Scenario, "sidecar bytes a job", (Resident(suite.Sidecar) - sidecarBefore) / (double)jobs),
        ];
    }

    private static long Resident(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }
}
