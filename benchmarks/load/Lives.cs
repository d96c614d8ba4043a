using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Load;

/// <summary>
/// Whole lives by single calls: each caller submits a job, leases one and completes it, over and over on its own connection.
/// </summary>
internal static class Lives
{
    private static readonly byte[] Submission = Encoding.UTF8.GetBytes(
        $$$"""{"type":"load","queue":"load","input":{"text":"{{{new string('x', 300)}}}"}}""");

    private static readonly byte[] Lease = """{"worker":"load","max":1}"""u8.ToArray();

    public static async Task<IReadOnlyList<Figure>> RunAsync(Suite suite, int callers, double warm, double seconds)
    {
        string scenario = $"life{callers}";
        await DriveAsync(suite, callers, TimeSpan.FromSeconds(warm));
        TimeSpan cpu = suite.Cpu();
        long started = Stopwatch.GetTimestamp();
        double[] milliseconds = await DriveAsync(suite, callers, TimeSpan.FromSeconds(seconds));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        TimeSpan used = suite.Cpu() - cpu;
        return
        [
            new Figure(scenario, "jobs/s", milliseconds.Length / elapsed.TotalSeconds),
            new Figure(scenario, "CPU µs a job", used.TotalMicroseconds / milliseconds.Length),
            new Figure(scenario, "p50 ms", Summary.Percentile(milliseconds, 0.5)),
            new Figure(scenario, "p99 ms", Summary.Percentile(milliseconds, 0.99)),
        ];
    }

    private static async Task<double[]> DriveAsync(Suite suite, int callers, TimeSpan time)
    {
        double[][] each = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(suite, time))));
        double[] all = [.. each.SelectMany(lives => lives)];
        Array.Sort(all);
        return all;
    }

    private static async Task<double[]> CallAsync(Suite suite, TimeSpan time)
    {
        using HttpClient client = suite.Client();
        var lives = new List<double>();
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            long born = Stopwatch.GetTimestamp();
            (await PostAsync(client, "/jobs", Submission)).Dispose();
            (string id, string token) = await LeaseAsync(client);
            byte[] completion = Encoding.UTF8.GetBytes($$"""{"leaseToken":"{{token}}","result":1}""");
            (await PostAsync(client, $"/jobs/{id}/complete", completion)).Dispose();
            lives.Add(Stopwatch.GetElapsedTime(born).TotalMilliseconds);
        }

        return [.. lives];
    }

    /// <summary>Another caller may have taken the one that was just submitted; then another one is there.</summary>
    private static async Task<(string Id, string Token)> LeaseAsync(HttpClient client)
    {
        while (true)
        {
            using HttpResponseMessage answer = await PostAsync(client, "/queues/load/lease", Lease);
            byte[] body = await answer.Content.ReadAsByteArrayAsync();
            if (body.Length > 2)
            {
                using var json = JsonDocument.Parse(body);
                JsonElement job = json.RootElement[0];
                return (job.GetProperty("id").GetString()!, job.GetProperty("leaseToken").GetString()!);
            }
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, byte[] json)
    {
        var content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        HttpResponseMessage answer = await client.PostAsync(path, content);
        return answer.EnsureSuccessStatusCode();
    }
}
