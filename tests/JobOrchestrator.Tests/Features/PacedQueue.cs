using System.Net;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>A queue of which it is known how fast jobs are handed out, and how long they run.</summary>
internal static class PacedQueue
{
    /// <summary>A queue of eighty jobs, of which thirty were done one after the other in five seconds each.</summary>
    /// <returns>The next one, and the last one in line: both were created 150 seconds ago.</returns>
    public static async Task<(JobId Next, JobId Last)> MakeAsync(ApiHost host)
    {
        var jobs = new List<JobId>();
        for (int i = 0; i < 80; i++)
        {
            jobs.Add(await host.SubmitAsync("""{"type":"send"}"""));
        }

        for (int i = 0; i < 30; i++)
        {
            (JobId id, string token) = await host.LeaseAsync();
            await host.AdvanceAsync(TimeSpan.FromSeconds(5));
            Answer done = await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}"}""");
            Assert.Equal(HttpStatusCode.OK, done.Status);
        }

        return (jobs[30], jobs[^1]);
    }
}
