using System.Collections.Concurrent;
using System.Diagnostics;
using EndToEnd;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Browser;

/// <summary>A hundred thousand jobs, of which ten thousand live, are no reason to wait for a page.</summary>
[Collection(Browsers.Name)]
public sealed class LoadTests(Browsers browsers, ITestOutputHelper output)
{
    private const int Live = 10_000;
    private const int Ended = 90_000;
    private static readonly TimeSpan PaintedMax = TimeSpan.FromSeconds(1);

    [LongBrowserFact]
    public async Task OfAHundredThousandJobs_OverviewAndListArePaintedWithinASecond()
    {
        await using Suite suite = await Suite.StartAsync();
        long started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, 4, async (lane, _) => await suite.Jobs.EndedJobsAsync($"ended-{lane}", Ended / 4));
        for (int made = 0; made < Live; made += 1_000)
        {
            await suite.Jobs.WaitingJobsAsync($"live-{made % 4_000}", 1_000);
        }

        output.WriteLine($"{Live + Ended} jobs in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        foreach (string path in new[] { "/ui", "/ui/jobs", "/ui/jobs?q=queue:live-0", "/ui/jobs?q=queue:ended-0", "/ui/queues" })
        {
            // Nothing is kept of the tab before. The middle one of five: what the machine does beside it is not the page's doing.
            var tabs = new List<(double Painted, int Bytes)>();
            while (tabs.Count < 5)
            {
                tabs.Add(await OpenedAsync(suite, path));
            }

            double painted = tabs.Select(tab => tab.Painted).Order().ElementAt(2);
            output.WriteLine($"{path}: painted after {painted:0} ms, {tabs[0].Bytes / 1024.0:0.0} KB");
            Assert.True(painted < PaintedMax.TotalMilliseconds, $"{path} was painted after {painted:0} ms.");
            Assert.All(tabs, tab => Assert.InRange(tab.Bytes, 1, 120 * 1024));
        }
    }

    private async Task<(double Painted, int Bytes)> OpenedAsync(Suite suite, string path)
    {
        await using Tab tab = await Tab.OpenAsync(browsers.Browser, new Uri($"http://127.0.0.1:{suite.JobsPort}"), Screen.Desk);
        var answers = new ConcurrentQueue<IResponse>();
        tab.Page.Response += (_, answer) => answers.Enqueue(answer);
        await tab.GoAsync(path);
        await tab.Page.WaitForLoadStateAsync(LoadState.Load);
        double painted = await tab.Page.EvaluateAsync<double>(FirstPaint);
        int bytes = 0;
        foreach (IResponse answer in answers)
        {
            bytes += (await answer.Request.SizesAsync()).ResponseBodySize;
        }

        return (painted, bytes);
    }

    private const string FirstPaint = """
        () => new Promise(told => new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint')
            .forEach(entry => told(entry.startTime))).observe({ type: 'paint', buffered: true }))
        """;
}
