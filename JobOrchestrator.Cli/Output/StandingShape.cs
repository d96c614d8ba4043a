using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>How what a report comes to is written.</summary>
internal static class StandingShape
{
    public static Shape<JobStanding> Standings { get; } = new(
        static (standing, isIndented) => CliJson.Text(standing, isIndented),
        static standing => standing.Id,
        static (screen, standings) => new Spectre.Console.Rows(standings.Select(standing => screen.Cell(
            $"{standing.Id}  {standing.Status}, attempt {standing.Attempt}"))));

    public static Shape<(string JobId, JobHeartbeat Beat)> Heartbeats { get; } = new(
        static (told, isIndented) => CliJson.Text(told.Beat, isIndented),
        static told => told.JobId,
        static (screen, all) => new Spectre.Console.Rows(all.Select(told => screen.Cell(
            (told.Beat.LeaseExpiresAt is { } end ? $"The lease lasts until {Instants.InWords(end)}." : "The lease is extended.")
            + (told.Beat.CancelRequested ? " The job is being cancelled: stop, and release it." : "")))));
}
