using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>What has reached the orchestrator from a worker.</summary>
internal static class WorkerReports
{
    public static bool IsHeartbeat(Report report) => report.Action == Report.Heartbeat;

    public static async Task<Job> EndAsync(this FakeOrchestrator orchestrator, Job job)
    {
        Job ended = await orchestrator.Jobs.WaitAsync(job.Id, now => now.IsFinished, TimeSpan.FromSeconds(15));
        Assert.True(ended.IsFinished, $"The job is still {ended.Status}.");
        return ended;
    }

    public static Task<Report> ReportAsync(this FakeOrchestrator orchestrator, string action) => Eventually.ValueAsync(
        () => orchestrator.Jobs.Reports.FirstOrDefault(report => report.Action == action), report => report is not null, action)!;
}
